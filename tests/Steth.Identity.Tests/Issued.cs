using System.Net;
using System.Security.Cryptography.X509Certificates;
using Steth.Contracts;

namespace Steth.Identity.Tests;

/// <summary>An authority in a folder of its own, for one test.</summary>
internal sealed class Issued : IDisposable
{
    public static readonly DateTimeOffset Now = new(2031, 5, 4, 3, 2, 1, TimeSpan.Zero);

    public static readonly TimeSpan Year = TimeSpan.FromDays(365);

    private readonly string _root = Directory.CreateTempSubdirectory("steth-pki-").FullName;

    public Issued() => Folder = AuthorityFolder.Create(Path, Now);

    public string Path => System.IO.Path.Combine(_root, "pki");

    public AuthorityFolder Folder { get; }

    public string Node(string name = "comp1", string address = "10.0.0.21", DateTimeOffset? now = null) =>
        Folder.IssueNode(PrincipalName.Parse(name), [], [IPAddress.Parse(address)], now ?? Now, Year);

    public string Operator(string name = "alice", Role role = Role.Read, bool payload = false, DateTimeOffset? now = null) =>
        Folder.IssueOperator(PrincipalName.Parse(name), role, payload, now ?? Now, Year);

    public static X509Certificate2 CertificateOf(string bundle) =>
        X509Certificate2.CreateFromPem(File.ReadAllText(System.IO.Path.Combine(bundle, BundleFiles.Certificate)));

    public void Revoke(string bundle)
    {
        var serial = CertificateOf(bundle).SerialNumber;
        Folder.Revoke(Folder.List().Where(i => i.Principal.Serial == serial), Now);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
