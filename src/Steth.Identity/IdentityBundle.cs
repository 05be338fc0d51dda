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

    private readonly Own _own;
    private readonly X509Certificate2Collection _authorities;
    private readonly IReadOnlyList<RevocationList> _revoked;

    // Signatures are verified once a connection: neither they nor the authorities of a bundle change. Empty: no stranger.
    private readonly ConditionalWeakTable<X509Certificate2, string> _seen = [];

    private IdentityBundle(Own own, X509Certificate2Collection authorities, IReadOnlyList<RevocationList> revoked)
    {
        _own = own;
        _authorities = authorities;
        _revoked = revoked;
    }

    /// <summary>The own certificate, with its key.</summary>
    public X509Certificate2 Certificate => _own.Certificate;

    /// <summary>The same for TLS; made once, for it is costly.</summary>
    public SslStreamCertificateContext Context => _own.Context;

    /// <summary>Whom it names.</summary>
    public Principal Self => _own.Self;

    /// <summary>What is wrong with the revocation lists although the bundle can be used, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>Reads the folder of a bundle.</summary>
    /// <param name="folder">Holds the files of <see cref="BundleFiles"/>.</param>
    /// <param name="kind">What the own certificate has to be for.</param>
    /// <exception cref="IdentityException">A file is missing, malformed, readable by others, or does not belong to the rest.</exception>
    public static IdentityBundle Load(string folder, PrincipalKind kind)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var authorities = Authorities(folder);
        var own = ReadOwn(folder, kind, authorities);
        var revoked = Revocations(folder, authorities);
        return new IdentityBundle(own, authorities, revoked) { Warnings = [.. Unlisted(folder, authorities, revoked)] };
    }

    /// <summary>
    /// The bundle as its files are now. What of them cannot be used stays as it was, each by itself: a revocation counts also where a new
    /// certificate is only half copied. A revocation list never goes back to one with a lower number.
    /// </summary>
    /// <param name="folder">Holds the files.</param>
    /// <param name="faults">What cannot be used, a sentence each.</param>
    public IdentityBundle Renewed(string folder, out IReadOnlyList<string> faults)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var told = new List<string>();
        var authorities = Taken(() => Authorities(folder), _authorities);
        var own = Taken(() => ReadOwn(folder, Self.Kind, authorities), _own);
        var given = Taken<IReadOnlyList<RevocationList>>(() => Revocations(folder, authorities), _revoked);
        faults = told;
        var revoked = new List<RevocationList>(given);
        var warnings = new List<string>();
        foreach (var before in _revoked.GroupBy(list => list.Issuer).Where(lists => authorities.Any(a => a.Subject == lists.Key)))
        {
            var now = given.Where(list => list.Issuer == before.Key).MaxBy(list => list.Number);
            if (now is not null && now.Number >= before.Max(list => list.Number))
                continue;
            revoked.RemoveAll(list => list.Issuer == before.Key);
            revoked.AddRange(before);
            warnings.Add($"{Path.Combine(folder, BundleFiles.Revoked)}: "
                + (now is null ? $"the list of {before.Key} is gone" : $"the list of {before.Key} is older than the one before it")
                + "; the one before stays in use: copy the newest from the authority's folder.");
        }
        warnings.AddRange(Unlisted(folder, authorities, revoked));
        return new IdentityBundle(own, authorities, revoked) { Warnings = warnings };

        T Taken<T>(Func<T> read, T before)
        {
            try
            {
                return read();
            }
            catch (IdentityException e)
            {
                told.Add(e.Message);
                return before;
            }
        }
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
    /// <param name="principal">Whom it names, where an authority that is trusted issued it, also with a fault; else null.</param>
    public string? Fault(X509Certificate2? peer, PrincipalKind kind, DateTimeOffset now, out Principal? principal)
    {
        principal = null;
        if (peer is null)
            return "is missing";
        if (Stranger(peer) is { } stranger)
            return stranger;
        principal = Principal.Read(peer);
        if (now < peer.NotBefore.ToUniversalTime())
            return $"is good from {Day(peer.NotBefore)} only: one of the clocks is wrong";
        if (now > peer.NotAfter.ToUniversalTime())
            return $"ended on {Day(peer.NotAfter)}: renew it with 'steth pki renew'";
        if (_revoked.Any(list => list.Has(peer)))
            return "is revoked";
        if (principal is null)
            return "is none that 'steth pki' issued";
        return principal.Kind == kind ? null : $"is {Whose(principal.Kind)}, not {Whose(kind)}";
    }

    /// <summary>
    /// How the chain of a peer's certificate is built, also by TLS itself before anybody asks for its fault: from our authorities only.
    /// </summary>
    public X509ChainPolicy PeerPolicy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            // The time and our own lists are looked at by themselves; nothing is fetched from where a certificate says.
            VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_authorities);
        return policy;
    }

    private static string Whose(PrincipalKind kind) => kind == PrincipalKind.Node ? "a node's" : "an operator's";

    private string? Stranger(X509Certificate2 peer) => _seen.GetValue(peer, Verify) is { Length: > 0 } fault ? fault : null;

    private string Verify(X509Certificate2 peer)
    {
        using var chain = new X509Chain { ChainPolicy = PeerPolicy() };
        if (chain.Build(peer))
            return "";
        var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        const X509ChainStatusFlags unknown =
            X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.NotSignatureValid;
        return (status & unknown) != 0 ? $"is of an authority that {BundleFiles.Authorities} does not hold" : $"is not valid ({status})";
    }

    private static string Day(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";

    private static X509Certificate2Collection Authorities(string folder)
    {
        var path = Path.Combine(folder, BundleFiles.Authorities);
        var authorities = new X509Certificate2Collection();
        Try(path, "it is no certificate in PEM", () => authorities.ImportFromPem(Text(path)));
        if (authorities.Count == 0)
            throw new IdentityException($"{path}: it holds no certificate.");
        return authorities;
    }

    private static Own ReadOwn(string folder, PrincipalKind kind, X509Certificate2Collection authorities)
    {
        var path = Path.Combine(folder, BundleFiles.Certificate);
        var keyPath = Path.Combine(folder, BundleFiles.Key);
        var text = Text(path);
        var key = Text(keyPath);
        var mode = Read(keyPath, () => File.GetUnixFileMode(keyPath));
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if ((mode & others) != 0)
            throw new IdentityException(
                $"{keyPath}: others than its owner can read or write it; chmod 600 it, or issue a new one if they did.");
        // An operator may be root by sudo and have his own key.
        if (kind == PrincipalKind.Node && Read(keyPath, () => FileOwner.Of(keyPath)) is not 0 and var owner && owner != FileOwner.Own)
            throw new IdentityException(
                $"{keyPath}: it is the file of another user (uid {owner}), who can read it; "
                + "chown it to root, or issue a new one if he did.");
        X509Certificate2? certificate = null;
        Try(path, "it is no certificate in PEM", () => X509Certificate2.CreateFromPem(text).Dispose());
        Try(keyPath, $"it is no key in PEM, or not that of {BundleFiles.Certificate}", () =>
            certificate = X509Certificate2.CreateFromPem(text, key));
        if (Principal.Read(certificate!) is not { } self || self.Kind != kind)
        {
            throw new IdentityException(
                $"{path}: it is no certificate of {(kind == PrincipalKind.Node ? "a node" : "an operator")}; "
                + "'steth pki show FILE' tells what it is.");
        }
        if (!authorities.Any(a => a.Subject == certificate!.Issuer))
            throw new IdentityException($"{path}: none of the authorities of {BundleFiles.Authorities} issued it.");
        return new Own(certificate!, SslStreamCertificateContext.Create(certificate!, null, offline: true), self);
    }

    private static List<RevocationList> Revocations(string folder, X509Certificate2Collection authorities)
    {
        var path = Path.Combine(folder, BundleFiles.Revoked);
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

    private static IEnumerable<string> Unlisted(
        string folder, X509Certificate2Collection authorities, IReadOnlyList<RevocationList> revoked) =>
        authorities.Select(a => a.Subject).Distinct().Where(subject => revoked.All(list => list.Issuer != subject)).Select(subject =>
            $"{Path.Combine(folder, BundleFiles.Revoked)}: there is no list of {subject}, so that none of its certificates counts as "
            + "revoked; copy it from the authority's folder.");

    private static string Text(string path) => Read(path, () => new FileInfo(path).Length <= MaxFileBytes
        ? File.ReadAllText(path)
        : throw new IdentityException($"{path}: it is longer than {MaxFileBytes >> 20} MiB."));

    private static T Read<T>(string path, Func<T> read)
    {
        try
        {
            return read();
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

    private sealed record Own(X509Certificate2 Certificate, SslStreamCertificateContext Context, Principal Self);
}
