namespace Steth.Identity;

/// <summary>A certificate and its key, as an authority issued them.</summary>
/// <param name="Principal">Whom it names.</param>
/// <param name="CertificatePem">The certificate.</param>
/// <param name="KeyPem">Its private key (PKCS #8); keep it from everybody but its owner.</param>
public sealed record IssuedIdentity(Principal Principal, string CertificatePem, string KeyPem)
{
    /// <summary>Without the key.</summary>
    public override string ToString() => $"{Principal.Kind} {Principal.Name}, serial {Principal.Serial}";
}
