namespace Steth.OpenStack.Keystone;

/// <summary>The values of one source under their clouds.yaml names, and what the source calls them.</summary>
/// <param name="source">The source, for messages.</param>
/// <param name="nameOf">What the source calls a key.</param>
internal sealed class CloudValues(string source, Func<string, string> nameOf)
{
    private readonly Dictionary<string, string> _values = [];

    /// <summary>The source.</summary>
    public string Source => source;

    /// <summary>It says nothing.</summary>
    public bool IsEmpty => _values.Count == 0;

    /// <summary>The value of the first of the keys that has one.</summary>
    public string? this[params ReadOnlySpan<string> keys]
    {
        get
        {
            foreach (var key in keys)
            {
                if (_values.TryGetValue(key, out var value))
                    return value;
            }
            return null;
        }
    }

    /// <summary>
    /// Enters a value; an empty one says nothing. <c>auth-url</c> and <c>AUTH_URL</c> are auth_url, as in python-openstackclient.
    /// </summary>
    public void Set(string key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            _values[key.ToLowerInvariant().Replace('-', '_')] = value;
    }

    /// <summary>Enters a value unless there is one.</summary>
    public void SetDefault(string key, string? value)
    {
        if (!_values.ContainsKey(key))
            Set(key, value);
    }

    /// <summary>The value of a key that must have one.</summary>
    public string Require(string key) => this[key] ?? throw Missing(key);

    /// <summary>Says which key is missing where.</summary>
    public OpenStackException Missing(string key, string reason = "") =>
        new(OpenStackFailure.Configuration, $"{nameOf(key)} is missing in {source}{reason}.");

    /// <summary>Says what is wrong with a key. The value is not repeated unless the complaint does.</summary>
    public OpenStackException Wrong(string key, string complaint) =>
        new(OpenStackFailure.Configuration, $"{nameOf(key)} in {source} {complaint}.");
}
