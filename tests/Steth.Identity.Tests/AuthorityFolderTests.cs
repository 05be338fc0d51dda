using System.Security.Cryptography.X509Certificates;
using Steth.Contracts;

namespace Steth.Identity.Tests;

public sealed class AuthorityFolderTests : IDisposable
{
    private readonly Issued _issued = new();

    public void Dispose() => _issued.Dispose();

    [Fact]
    public void Create_Twice_IsRefused() =>
        Should.Throw<IdentityException>(() => AuthorityFolder.Create(_issued.Path, Issued.Now)).Message.ShouldStartWith(_issued.Path);

    [Fact]
    public void Open_Nothing_SaysWhatToDo() => Should.Throw<IdentityException>(() => AuthorityFolder.Open("/nonexistent/pki")).Message
        .ShouldBe("/nonexistent/pki: there is no authority; make one with 'steth pki init', or name its folder with --dir.");

    [Fact]
    public void Everything_IsTheOwnersAlone()
    {
        _issued.Node();
        _issued.Operator();
        foreach (var file in Directory.EnumerateFiles(_issued.Path, "*", SearchOption.AllDirectories))
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
        foreach (var folder in Directory.EnumerateDirectories(_issued.Path, "*", SearchOption.AllDirectories).Append(_issued.Path))
            ((int)File.GetUnixFileMode(folder)).ShouldBe(0b111_000_000, folder);
    }

    [Fact]
    public void Keys_AreP256AndDifferent()
    {
        var folders = new[] { _issued.Node("a"), _issued.Node("b"), _issued.Operator("c") };
        folders.Select(f => File.ReadAllText(Path.Combine(f, BundleFiles.Key))).Distinct().Count().ShouldBe(3);
        foreach (var folder in folders)
        {
            using var key = Issued.CertificateOf(folder).GetECDsaPublicKey();
            key!.ExportParameters(false).Curve.Oid.Value.ShouldBe("1.2.840.10045.3.1.7");
        }
    }

    [Fact]
    public void Renew_Node_HasTheSameNamesAndANewKey()
    {
        var bundle = _issued.Node("comp1", "10.0.0.21");
        var (before, key) = (Issued.CertificateOf(bundle), File.ReadAllText(Path.Combine(bundle, BundleFiles.Key)));
        _issued.Folder.Renew(_issued.Folder.List().Single(), Issued.Now.AddDays(300), Issued.Year).ShouldBe(bundle);
        var after = Issued.CertificateOf(bundle);
        after.MatchesHostname("10.0.0.21").ShouldBeTrue();
        (after.Subject, after.SerialNumber == before.SerialNumber).ShouldBe((before.Subject, false));
        after.NotAfter.ToUniversalTime().ShouldBe(Issued.Now.AddDays(665).UtcDateTime);
        File.ReadAllText(Path.Combine(bundle, BundleFiles.Key)).ShouldNotBe(key);
        _issued.Folder.List().Select(i => i.Principal.Serial).ShouldBe([after.SerialNumber, before.SerialNumber]);
    }

    [Fact]
    public void Renew_Operator_KeepsRoleAndRight()
    {
        _issued.Operator("alice", Role.Probe, payload: true);
        var bundle = _issued.Folder.Renew(_issued.Folder.List().Single(), Issued.Now.AddDays(1), Issued.Year);
        var principal = Principal.Read(Issued.CertificateOf(bundle))!;
        (principal.Role, principal.Payload).ShouldBe((Role.Probe, true));
    }

    [Fact]
    public void Revoke_Twice_ListsBoth_AndEveryBundleHasTheList()
    {
        var (alice, bob, node) = (_issued.Operator("alice"), _issued.Operator("bob"), _issued.Node());
        _issued.Revoke(alice);
        _issued.Revoke(bob);
        _issued.Revoke(bob);
        _issued.Folder.List().Where(i => i.Revoked).Select(i => i.Principal.Name.ToString()).ShouldBe(["alice", "bob"]);
        foreach (var bundle in new[] { alice, bob, node })
            File.ReadAllText(Path.Combine(bundle, BundleFiles.Revoked)).ShouldBe(File.ReadAllText(_issued.Folder.RevokedPath));
    }

    [Fact]
    public void Issue_BeyondTheAuthoritysLife_EndsWithIt()
    {
        var late = Issued.CertificateOf(_issued.Node(now: Issued.Now.AddDays(3600)));
        late.NotAfter.ShouldBe(X509Certificate2.CreateFromPem(File.ReadAllText(Path.Combine(_issued.Path, "ca.pem"))).NotAfter);
    }

    /// <summary>Two operators at a time, each with a folder object of his own.</summary>
    [Fact]
    public async Task Revoke_AtTheSameTime_LosesNone()
    {
        for (var i = 0; i < 16; i++)
            _issued.Operator($"bob{i}");
        var all = _issued.Folder.List();
        await Task.WhenAll(all.Select(one => Task.Run(
            () => AuthorityFolder.Open(_issued.Path).Revoke([one], Issued.Now), TestContext.Current.CancellationToken)));
        _issued.Folder.List().Count(i => i.Revoked).ShouldBe(16);
    }

    [Fact]
    public void Issue_WhileAnotherHasTheLock_SaysSo()
    {
        var path = Path.Combine(_issued.Path, "lock");
        using var other = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Should.Throw<IdentityException>(() => _issued.Node()).Message
            .ShouldBe($"{path}: another 'steth pki' is at work there; try again when it is done.");
    }

    [Fact]
    public void Everything_ListIsNone_SaysWhichFile()
    {
        _issued.Node();
        var issued = _issued.Folder.List();
        File.WriteAllText(_issued.Folder.RevokedPath, "nonsense");
        var sentence = $"{_issued.Folder.RevokedPath}: it cannot be used: it is not PEM";
        Should.Throw<IdentityException>(() => _issued.Folder.List()).Message.ShouldBe(sentence);
        Should.Throw<IdentityException>(() => _issued.Folder.Revoke(issued, Issued.Now)).Message.ShouldBe(sentence);
    }

    [Fact]
    public void Renew_OfAnotherAuthority_SaysSo()
    {
        using var other = new Issued();
        other.Node();
        Should.Throw<IdentityException>(() => _issued.Folder.Renew(other.Folder.List().Single(), Issued.Now, Issued.Year)).Message
            .ShouldBe($"{Path.Combine(_issued.Path, "ca.pem")}: it cannot be used: the certificate is not of this authority");
    }

    [Fact]
    public void IssueNode_HostThatIsNone_SaysWhich() => Should.Throw<IdentityException>(() => _issued.Folder.IssueNode(
            PrincipalName.Parse("comp1"), ["a..b"], [], Issued.Now, Issued.Year)).Message
        .ShouldBe("'a..b' cannot be a host's name in a certificate: name the node otherwise, or by its address.");
}
