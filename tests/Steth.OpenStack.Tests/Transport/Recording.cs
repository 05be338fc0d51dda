namespace Steth.OpenStack.Tests.Transport;

/// <summary>Answers of a real Keystone and Neutron.</summary>
internal static class Recording
{
    public static string Text(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Recorded", name));

    /// <summary>The body of a recorded .http answer.</summary>
    public static string Body(string name) => Text(name).Split(["\r\n\r\n", "\n\n"], 2, StringSplitOptions.None)[1];

    /// <summary>The body of the recorded token answer, with every service at <paramref name="url"/>.</summary>
    public static string Token(string url) => Body("keystone/post_auth_tokens.response.http")
        .Replace("http://10.77.0.10:9696", url, StringComparison.Ordinal)
        .Replace("http://10.77.0.10:5000", url, StringComparison.Ordinal);
}
