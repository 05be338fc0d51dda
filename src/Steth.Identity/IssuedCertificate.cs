using System.Security.Cryptography.X509Certificates;

namespace Steth.Identity;

/// <summary>A certificate that an authority issued.</summary>
/// <param name="Principal">Whom it names.</param>
/// <param name="Certificate">The certificate, without its key.</param>
/// <param name="Revoked">The authority revoked it.</param>
public sealed record IssuedCertificate(Principal Principal, X509Certificate2 Certificate, bool Revoked)
{
    /// <summary>When its file was written: certificates count in seconds.</summary>
    public DateTime IssuedAt { get; init; }
}
