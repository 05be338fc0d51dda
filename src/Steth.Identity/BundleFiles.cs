namespace Steth.Identity;

/// <summary>Names of the four files of a bundle: what an agent or an operator needs, in one folder.</summary>
public static class BundleFiles
{
    /// <summary>Certificates of the authorities that are trusted, PEM.</summary>
    public const string Authorities = "ca.pem";

    /// <summary>The own certificate, PEM.</summary>
    public const string Certificate = "cert.pem";

    /// <summary>Its private key, PEM (PKCS #8), for its owner's eyes only.</summary>
    public const string Key = "key.pem";

    /// <summary>Revocation lists, PEM; where one is missing, nothing of its authority is revoked.</summary>
    public const string Revoked = "crl.pem";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Authorities, Certificate, Key, Revoked];
}
