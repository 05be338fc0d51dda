using System.Net;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Steth.Contracts;

namespace Steth.Identity;

/// <summary>
/// Issues the certificates of one cloud's nodes and operators. Keys are ECDSA P-256. Whoever has its key is every operator and every node.
/// </summary>
public sealed class CertificateAuthority : IDisposable
{
    private const int SerialBytes = 16;

    /// <summary>Clocks that are behind must not take a new certificate for one of the future.</summary>
    private static readonly TimeSpan _backdated = TimeSpan.FromDays(1);

    private static readonly TimeSpan _life = TimeSpan.FromDays(3653);

    private readonly X509Certificate2 _certificate;

    private CertificateAuthority(X509Certificate2 certificate, string keyPem)
    {
        _certificate = certificate;
        KeyPem = keyPem;
    }

    /// <summary>Its certificate, which nodes and operators trust.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem();

    /// <summary>Its key (PKCS #8).</summary>
    public string KeyPem { get; }

    /// <summary>Makes a new authority; it is good for ten years.</summary>
    public static CertificateAuthority Create(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        // Two authorities of one name could not be told apart.
        subject.AddCommonName($"steth CA {RandomNumberGenerator.GetHexString(8, lowercase: true)}");
        subject.AddOrganizationName(Principal.Organization);
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return new CertificateAuthority(request.CreateSelfSigned(now - _backdated, now + _life), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Takes an authority that exists.</summary>
    /// <exception cref="CryptographicException">The texts are none, or do not belong together.</exception>
    public static CertificateAuthority Load(string certificatePem, string keyPem)
    {
        try
        {
            return new CertificateAuthority(X509Certificate2.CreateFromPem(certificatePem, keyPem), keyPem);
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException("the key is not the certificate's", e);
        }
    }

    /// <summary>Issues a node's certificate.</summary>
    /// <param name="name">The node.</param>
    /// <param name="hosts">Further DNS names it is called by.</param>
    /// <param name="addresses">Addresses at which its agent is asked.</param>
    /// <param name="now">The time.</param>
    /// <param name="validity">How long it is good for.</param>
    /// <exception cref="IdentityException">A host is no DNS name.</exception>
    public IssuedIdentity IssueNode(
        PrincipalName name, IEnumerable<string> hosts, IEnumerable<IPAddress> addresses, DateTimeOffset now, TimeSpan validity)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        ArgumentNullException.ThrowIfNull(addresses);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts.Prepend(name.ToString()).Distinct(StringComparer.OrdinalIgnoreCase))
            AddHost(names, host);
        foreach (var address in addresses.Distinct())
            names.AddIpAddress(address);
        return Issue(Unsigned(PrincipalKind.Node, name, null, payload: false), Principal.ServerAuth, names.Build(), now, validity);
    }

    /// <summary>Issues an operator's certificate.</summary>
    /// <param name="name">The operator.</param>
    /// <param name="role">What he may do.</param>
    /// <param name="payload">He may see the payload of captured packets.</param>
    /// <param name="now">The time.</param>
    /// <param name="validity">How long it is good for.</param>
    public IssuedIdentity IssueOperator(PrincipalName name, Role role, bool payload, DateTimeOffset now, TimeSpan validity) =>
        Issue(Unsigned(PrincipalKind.Operator, name, role, payload), Principal.ClientAuth, null, now, validity);

    /// <summary>Issues a certificate for the same names, role and addresses, with a new key.</summary>
    /// <param name="certificate">One that this authority issued.</param>
    /// <param name="now">The time.</param>
    /// <param name="validity">How long the new one is good for.</param>
    /// <exception cref="CryptographicException">It is of another authority, or none of steth's.</exception>
    public IssuedIdentity Renew(X509Certificate2 certificate, DateTimeOffset now, TimeSpan validity)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        if (certificate.Issuer != _certificate.Subject || Principal.Read(certificate) is not { } principal)
            throw new CryptographicException("the certificate is not of this authority");
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        return Issue(
            principal, principal.Kind == PrincipalKind.Node ? Principal.ServerAuth : Principal.ClientAuth, names, now, validity);
    }

    /// <summary>Adds certificates to the revocation list.</summary>
    /// <param name="listPem">The list so far; null: there is none.</param>
    /// <param name="certificates">What is not to be trusted any more.</param>
    /// <param name="now">The time.</param>
    /// <returns>The new list.</returns>
    /// <exception cref="CryptographicException">The list so far is none, or of another authority.</exception>
    public string Revoke(string? listPem, IEnumerable<X509Certificate2> certificates, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        BigInteger number = 0;
        CertificateRevocationListBuilder builder;
        if (listPem is null)
            builder = new CertificateRevocationListBuilder();
        else
        {
            RevocationList.Parse(Der(listPem), [_certificate]);
            builder = CertificateRevocationListBuilder.LoadPem(listPem, out number);
        }
        foreach (var certificate in certificates)
        {
            builder.RemoveEntry(certificate.SerialNumberBytes.Span);
            builder.AddEntry(certificate, now);
        }
        // A list is good until the next one, whenever that is.
        var list = builder.Build(
            _certificate, number + 1, _certificate.NotAfter.ToUniversalTime(), HashAlgorithmName.SHA256, thisUpdate: now);
        return PemEncoding.WriteString(RevocationList.PemLabel, list) + "\n";
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose() => _certificate.Dispose();

    internal static byte[] Der(string pem)
    {
        try
        {
            var fields = PemEncoding.Find(pem);
            return pem.AsSpan(fields.Label).SequenceEqual(RevocationList.PemLabel)
                ? Convert.FromBase64String(pem[fields.Base64Data])
                : throw new CryptographicException($"it holds no '{RevocationList.PemLabel}'");
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException("it is not PEM", e);
        }
    }

    private static void AddHost(SubjectAlternativeNameBuilder names, string host)
    {
        try
        {
            names.AddDnsName(host);
        }
        catch (ArgumentException e)
        {
            throw new IdentityException(
                $"'{host}' cannot be a host's name in a certificate: name the node otherwise, or by its address.", e);
        }
    }

    private static Principal Unsigned(PrincipalKind kind, PrincipalName name, Role? role, bool payload) =>
        new() { Kind = kind, Name = name, Role = role, Payload = payload, Serial = "", NotAfter = default };

    private IssuedIdentity Issue(Principal principal, string purpose, X509Extension? names, DateTimeOffset now, TimeSpan validity)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(principal.ToSubject(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: true));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
            _certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (names is not null)
            request.CertificateExtensions.Add(names);
        var serial = RandomNumberGenerator.GetBytes(SerialBytes);
        // Positive, and with no leading zero byte (RFC 5280, section 4.1.2.2).
        serial[0] = (byte)(serial[0] & 0x7f | 0x40);
        DateTimeOffset end = _certificate.NotAfter.ToUniversalTime();
        using var certificate = request.Create(_certificate, now - _backdated, now + validity < end ? now + validity : end, serial);
        return new IssuedIdentity(
            Principal.Read(certificate)!, certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
