namespace Steth.OpenStack.Transport;

/// <summary>A service and an address of it, as messages name it: without query, user name or password.</summary>
/// <param name="Service">Keystone or Neutron.</param>
/// <param name="Uri">The address asked.</param>
internal sealed record ApiPlace(string Service, Uri Uri)
{
    /// <summary><c>Keystone at http://10.0.0.1:5000/v3/auth/tokens</c>.</summary>
    public override string ToString() => $"{Service} at {Plain(Uri)}";

    /// <summary>An address without query, user name or password.</summary>
    public static string Plain(Uri uri) =>
        uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');
}
