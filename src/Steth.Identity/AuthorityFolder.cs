using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Steth.Contracts;

namespace Steth.Identity;

/// <summary>
/// The folder of an authority: <c>ca.pem</c>, <c>ca.key</c>, <c>crl.pem</c>, every certificate it issued under <c>issued</c>, and ready to
/// copy, a folder for each node and operator under <c>nodes</c> and <c>operators</c>. Keys and folders are their owner's alone.
/// </summary>
public sealed class AuthorityFolder
{
    private const string KeyFile = "ca.key";
    private const string LockFile = "lock";
    private const string IssuedFolder = "issued";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>What the runtime says of a file that somebody else has locked: the errno of flock(2).</summary>
    private const int WouldBlock = 11;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly string _path;

    private AuthorityFolder(string path) => _path = path;

    /// <summary>Makes an authority in a folder that has none.</summary>
    /// <exception cref="IdentityException">It has one, or cannot be written.</exception>
    public static AuthorityFolder Create(string path, DateTimeOffset now)
    {
        var folder = new AuthorityFolder(path);
        using var locked = folder.Locked();
        if (File.Exists(folder.At(KeyFile)) || File.Exists(folder.At(BundleFiles.Authorities)))
            throw new IdentityException($"{path}: there is an authority already; one more would not be trusted by what it issued.");
        using var authority = CertificateAuthority.Create(now);
        folder.Write(KeyFile, authority.KeyPem + "\n");
        folder.Write(BundleFiles.Authorities, authority.CertificatePem + "\n");
        folder.Write(BundleFiles.Revoked, authority.Revoke(null, [], now));
        return folder;
    }

    /// <summary>Opens the folder of an authority.</summary>
    /// <exception cref="IdentityException">There is none.</exception>
    public static AuthorityFolder Open(string path) => File.Exists(Path.Combine(path, KeyFile))
        ? new AuthorityFolder(path)
        : throw new IdentityException($"{path}: there is no authority; make one with 'steth pki init', or name its folder with --dir.");

    /// <summary>Every certificate that was issued, in the order of their names; the youngest of a name first.</summary>
    public IReadOnlyList<IssuedCertificate> List()
    {
        var folder = At(IssuedFolder);
        if (!Directory.Exists(folder))
            return [];
        var authority = Certificate();
        var revoked = Usable(
            BundleFiles.Revoked, () => RevocationList.Parse(CertificateAuthority.Der(Read(BundleFiles.Revoked)), [authority]));
        var issued = new List<IssuedCertificate>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.pem"))
        {
            var certificate = Load(file);
            if (Principal.Read(certificate) is { } principal)
                issued.Add(new IssuedCertificate(
                    principal, certificate, revoked.Has(certificate))
                { IssuedAt = File.GetLastWriteTimeUtc(file) });
        }
        return [.. issued.OrderBy(i => i.Principal.Kind).ThenBy(i => i.Principal.Name.ToString(), StringComparer.Ordinal)
            .ThenByDescending(i => i.Certificate.NotBefore).ThenByDescending(i => i.IssuedAt)];
    }

    /// <summary>The youngest certificate of every name.</summary>
    public IReadOnlyList<IssuedCertificate> Newest() => [.. List().DistinctBy(i => (i.Principal.Kind, i.Principal.Name))];

    /// <summary>The youngest certificates of some names.</summary>
    public IReadOnlyList<IssuedCertificate> Newest(PrincipalKind kind, IEnumerable<PrincipalName> names)
    {
        var wanted = names.ToHashSet();
        return [.. Newest().Where(i => i.Principal.Kind == kind && wanted.Contains(i.Principal.Name))];
    }

    /// <summary>The folder of a certificate's bundle; null: it is not here any more.</summary>
    public string? BundleOf(IssuedCertificate issued)
    {
        ArgumentNullException.ThrowIfNull(issued);
        var path = At(Path.Combine(FolderOf(issued.Principal.Kind), issued.Principal.Name.ToString()));
        var certificate = Path.Combine(path, BundleFiles.Certificate);
        return File.Exists(certificate) && Load(certificate).SerialNumber == issued.Principal.Serial ? path : null;
    }

    /// <summary>Issues a node's bundle.</summary>
    /// <returns>The bundle's folder.</returns>
    public string IssueNode(
        PrincipalName name, IEnumerable<string> hosts, IEnumerable<IPAddress> addresses, DateTimeOffset now, TimeSpan validity)
    {
        using var locked = Locked();
        using var authority = Authority();
        return Put(authority.IssueNode(name, hosts, addresses, now, validity));
    }

    /// <summary>Issues an operator's bundle.</summary>
    /// <returns>The bundle's folder.</returns>
    public string IssueOperator(PrincipalName name, Role role, bool payload, DateTimeOffset now, TimeSpan validity)
    {
        using var locked = Locked();
        using var authority = Authority();
        return Put(authority.IssueOperator(name, role, payload, now, validity));
    }

    /// <summary>Issues a bundle for what a certificate names, with a new key.</summary>
    /// <returns>The bundle's folder.</returns>
    public string Renew(IssuedCertificate issued, DateTimeOffset now, TimeSpan validity)
    {
        ArgumentNullException.ThrowIfNull(issued);
        using var locked = Locked();
        using var authority = Authority();
        return Put(Usable(BundleFiles.Authorities, () => authority.Renew(issued.Certificate, now, validity)));
    }

    /// <summary>Revokes certificates: writes the list here and into every bundle that is here.</summary>
    public void Revoke(IEnumerable<IssuedCertificate> issued, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(issued);
        using var locked = Locked();
        using var authority = Authority();
        var list = Usable(BundleFiles.Revoked, () => authority.Revoke(Read(BundleFiles.Revoked), issued.Select(i => i.Certificate), now));
        Write(BundleFiles.Revoked, list);
        foreach (var bundle in Bundles())
            Write(Path.GetRelativePath(_path, Path.Combine(bundle, BundleFiles.Revoked)), list);
    }

    /// <summary>Where the list is that agents need after a revocation.</summary>
    public string RevokedPath => At(BundleFiles.Revoked);

    private IEnumerable<string> Bundles() => new[] { PrincipalKind.Node, PrincipalKind.Operator }.Select(kind => At(FolderOf(kind)))
        .Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories);

    private string Put(IssuedIdentity issued)
    {
        var bundle = Path.Combine(FolderOf(issued.Principal.Kind), issued.Principal.Name.ToString());
        // The certificate first: what was issued can be revoked, whatever happens next.
        Write(Path.Combine(IssuedFolder, $"{issued.Principal.Name}-{issued.Principal.Serial}.pem"), issued.CertificatePem);
        Write(Path.Combine(bundle, BundleFiles.Key), issued.KeyPem);
        Write(Path.Combine(bundle, BundleFiles.Certificate), issued.CertificatePem);
        Write(Path.Combine(bundle, BundleFiles.Authorities), Read(BundleFiles.Authorities));
        Write(Path.Combine(bundle, BundleFiles.Revoked), Read(BundleFiles.Revoked));
        return At(bundle);
    }

    private static string FolderOf(PrincipalKind kind) => kind == PrincipalKind.Node ? "nodes" : "operators";

    private string At(string name) => Path.Combine(_path, name);

    private X509Certificate2 Certificate() => Load(At(BundleFiles.Authorities));

    private CertificateAuthority Authority() =>
        Usable(KeyFile, () => CertificateAuthority.Load(Read(BundleFiles.Authorities), Read(KeyFile)));

    private T Usable<T>(string name, Func<T> use)
    {
        try
        {
            return use();
        }
        catch (CryptographicException e)
        {
            throw new IdentityException($"{At(name)}: it cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Keeps other commands out while one reads, changes and writes.</summary>
    private FileStream Locked()
    {
        var path = At(LockFile);
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            UnixCreateMode = Private,
        };
        for (var start = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                MakeFolder(_path);
                return new FileStream(path, options);
            }
            catch (IOException e) when (e.HResult == WouldBlock)
            {
                if (Stopwatch.GetElapsedTime(start) > _patience)
                    throw new IdentityException($"{path}: another 'steth pki' is at work there; try again when it is done.", e);
                Thread.Sleep(20);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new IdentityException($"{path}: it cannot be written: {e.Message}", e);
            }
        }
    }

    private static X509Certificate2 Load(string file)
    {
        try
        {
            return X509Certificate2.CreateFromPem(File.ReadAllText(file));
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new IdentityException($"{file}: it is no certificate: {e.Message}", e);
        }
    }

    private string Read(string name)
    {
        try
        {
            return File.ReadAllText(At(name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IdentityException($"{At(name)}: it cannot be read: {e.Message}", e);
        }
    }

    /// <summary>With those above it: Directory.CreateDirectory gives its mode to the last only.</summary>
    private static void MakeFolder(string path)
    {
        if (Directory.Exists(path))
            return;
        if (Path.GetDirectoryName(path) is { Length: > 0 } parent)
            MakeFolder(parent);
        Directory.CreateDirectory(path, Private | UnixFileMode.UserExecute);
    }

    /// <summary>Whole or not at all, and never readable by others, not for a moment.</summary>
    private void Write(string name, string text)
    {
        var path = At(name);
        var part = path + ".new";
        try
        {
            MakeFolder(Path.GetDirectoryName(path)!);
            File.Delete(part);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Private };
            using (var file = new FileStream(part, options))
            {
                file.Write(Encoding.UTF8.GetBytes(text));
                // A machine that loses power must not be left with an empty file of the new name.
                file.Flush(flushToDisk: true);
            }
            File.Move(part, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IdentityException($"{path}: it cannot be written: {e.Message}", e);
        }
    }
}
