using System.Globalization;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Steth.Identity;

/// <summary>
/// What one side of a connection has: its certificate and key, the authorities it trusts and what they revoked. Never changes; new files
/// make a new one (<see cref="BundleWatch"/>).
/// </summary>
public sealed class IdentityBundle
{
    private const int MaxFileBytes = 16 << 20;

    private readonly X509Certificate2Collection _authorities;
    private readonly IReadOnlyList<RevocationList> _revoked;

    // Signatures are verified once a connection: neither they nor the authorities of a bundle change. Empty: no stranger.
    private readonly ConditionalWeakTable<X509Certificate2, string> _seen = [];

    private IdentityBundle(
        X509Certificate2 certificate, Principal self, X509Certificate2Collection authorities, IReadOnlyList<RevocationList> revoked)
    {
        Certificate = certificate;
        Context = SslStreamCertificateContext.Create(certificate, null, offline: true);
        Self = self;
        _authorities = authorities;
        _revoked = revoked;
    }

    /// <summary>The own certificate, with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The same for TLS; made once, for it is costly.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>Whom it names.</summary>
    public Principal Self { get; }

    /// <summary>Reads the folder of a bundle.</summary>
    /// <param name="folder">Holds the files of <see cref="BundleFiles"/>.</param>
    /// <param name="kind">What the own certificate has to be for.</param>
    /// <exception cref="IdentityException">A file is missing, malformed, readable by others, or does not belong to the rest.</exception>
    public static IdentityBundle Load(string folder, PrincipalKind kind)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var authorities = Authorities(Path.Combine(folder, BundleFiles.Authorities));
        var certificate = Own(Path.Combine(folder, BundleFiles.Certificate), Path.Combine(folder, BundleFiles.Key));
        var revoked = Revocations(Path.Combine(folder, BundleFiles.Revoked), authorities);
        var path = Path.Combine(folder, BundleFiles.Certificate);
        if (Principal.Read(certificate) is not { } self || self.Kind != kind)
        {
            throw new IdentityException(
                $"{path}: it is no certificate of {(kind == PrincipalKind.Node ? "a node" : "an operator")}; "
                + "'steth pki show FILE' tells what it is.");
        }
        if (!authorities.Any(a => a.Subject == certificate.Issuer))
            throw new IdentityException($"{path}: none of the authorities of {BundleFiles.Authorities} issued it.");
        return new IdentityBundle(certificate, self, authorities, revoked);
    }

    /// <summary>
    /// Whether an authority that is trusted issued a certificate for this kind of use, be it revoked or out of date: who has none gets no
    /// farther than the handshake, whoever had a good one is told what is wrong with it.
    /// </summary>
    public bool Knows(X509Certificate2? peer, PrincipalKind kind) => peer is not null && Stranger(peer) is null
        && Principal.Read(peer)?.Kind == kind;

    /// <summary>Why a peer is not to be trusted, in a few words that follow "its certificate"; null: it is.</summary>
    /// <param name="peer">Its certificate; null: it showed none.</param>
    /// <param name="kind">What it has to be.</param>
    /// <param name="now">The time.</param>
    /// <param name="principal">Whom it names, when there is no fault.</param>
    public string? Fault(X509Certificate2? peer, PrincipalKind kind, DateTimeOffset now, out Principal? principal)
    {
        principal = null;
        if (peer is null)
            return "is missing";
        if (Stranger(peer) is { } stranger)
            return stranger;
        if (now < peer.NotBefore.ToUniversalTime())
            return $"is good from {Day(peer.NotBefore)} only: one of the clocks is wrong";
        if (now > peer.NotAfter.ToUniversalTime())
            return $"ended on {Day(peer.NotAfter)}: renew it with 'steth pki renew'";
        if (_revoked.Any(list => list.Has(peer)))
            return "is revoked";
        if (Principal.Read(peer) is not { } read)
            return "is none that 'steth pki' issued";
        if (read.Kind != kind)
            return $"is {Whose(read.Kind)}, not {Whose(kind)}";
        principal = read;
        return null;
    }

    private static string Whose(PrincipalKind kind) => kind == PrincipalKind.Node ? "a node's" : "an operator's";

    private string? Stranger(X509Certificate2 peer) => _seen.GetValue(peer, Verify) is { Length: > 0 } fault ? fault : null;

    private string Verify(X509Certificate2 peer)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        // The time and our own lists are looked at by themselves; nothing is fetched.
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (chain.Build(peer))
            return "";
        var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        const X509ChainStatusFlags unknown =
            X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.NotSignatureValid;
        return (status & unknown) != 0 ? $"is of an authority that {BundleFiles.Authorities} does not hold" : $"is not valid ({status})";
    }

    private static string Day(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";

    private static X509Certificate2Collection Authorities(string path)
    {
        var authorities = new X509Certificate2Collection();
        Try(path, "it is no certificate in PEM", () => authorities.ImportFromPem(Text(path)));
        if (authorities.Count == 0)
            throw new IdentityException($"{path}: it holds no certificate.");
        return authorities;
    }

    private static X509Certificate2 Own(string path, string keyPath)
    {
        var text = Text(path);
        var key = Text(keyPath);
        var mode = File.GetUnixFileMode(keyPath);
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if ((mode & others) != 0)
            throw new IdentityException(
                $"{keyPath}: others than its owner can read or write it; chmod 600 it, or issue a new one if they did.");
        X509Certificate2? certificate = null;
        Try(path, "it is no certificate in PEM", () => X509Certificate2.CreateFromPem(text).Dispose());
        Try(keyPath, $"it is no key in PEM, or not that of {Path.GetFileName(path)}", () =>
            certificate = X509Certificate2.CreateFromPem(text, key));
        return certificate!;
    }

    private static List<RevocationList> Revocations(string path, X509Certificate2Collection authorities)
    {
        if (!File.Exists(path))
            return [];
        var lists = new List<RevocationList>();
        Try(path, "it is no revocation list of these authorities in PEM", () =>
        {
            var rest = Text(path).AsSpan();
            while (PemEncoding.TryFind(rest, out var fields))
            {
                lists.Add(RevocationList.Parse(CertificateAuthority.Der(rest[fields.Location].ToString()), authorities));
                rest = rest[fields.Location.End..];
            }
        });
        return lists.Count > 0 ? lists : throw new IdentityException($"{path}: it holds no revocation list.");
    }

    private static string Text(string path)
    {
        try
        {
            return new FileInfo(path).Length <= MaxFileBytes
                ? File.ReadAllText(path)
                : throw new IdentityException($"{path}: it is longer than {MaxFileBytes >> 20} MiB.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IdentityException($"{path}: there is no such file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IdentityException($"{path}: it cannot be read: {e.Message}", e);
        }
    }

    private static void Try(string path, string fault, Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or FormatException)
        {
            throw new IdentityException($"{path}: {fault}: {e.Message}", e);
        }
    }
}
