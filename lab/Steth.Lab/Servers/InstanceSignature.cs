using System.Security.Cryptography;
using System.Text;

namespace Steth.Lab.Servers;

/// <summary>X-Instance-ID-Signature: what shows nova that an instance id comes from the metadata agent.</summary>
internal static class InstanceSignature
{
    /// <summary>The header that carries it.</summary>
    public const string Header = "X-Instance-ID-Signature";

    /// <summary>HMAC-SHA256 of the id with the shared secret, in lower-case hexadecimal (neutron and nova: sign_instance_id).</summary>
    public static string Of(string secret, string instance) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(instance)));
}
