using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Steth.Contracts;

namespace Steth.Identity.Tests;

public sealed class IdentityBundleTests : IDisposable
{
    private readonly Issued _issued = new();

    public void Dispose() => _issued.Dispose();

    [Theory]
    [InlineData(Role.Read, false)]
    [InlineData(Role.Probe, true)]
    [InlineData(Role.Change, false)]
    public void Fault_OperatorOfTheAuthority_IsTrustedWithItsRole(Role role, bool payload)
    {
        var node = IdentityBundle.Load(_issued.Node(), PrincipalKind.Node);
        node.Fault(Issued.CertificateOf(_issued.Operator("alice", role, payload)), PrincipalKind.Operator, Issued.Now, out var principal).ShouldBeNull();
        principal.ShouldNotBeNull();
        (principal.Name.ToString(), principal.Role, principal.Payload).ShouldBe(("alice", role, payload));
    }

    [Fact]
    public void Fault_NodeOfTheAuthority_IsTrusted()
    {
        var operators = IdentityBundle.Load(_issued.Operator(), PrincipalKind.Operator);
        var node = Issued.CertificateOf(_issued.Node("comp1", "10.0.0.21"));
        operators.Fault(node, PrincipalKind.Node, Issued.Now, out var principal).ShouldBeNull();
        (principal!.Name.ToString(), principal.Role).ShouldBe(("comp1", null));
        node.MatchesHostname("10.0.0.21").ShouldBeTrue();
        node.MatchesHostname("comp1").ShouldBeTrue();
        node.MatchesHostname("10.0.0.22").ShouldBeFalse();
    }

    [Fact]
    public void Fault_NodeInTheRoleOfAnOperator_IsRefused() => Fault(_issued.Node("comp2")).ShouldBe("is a node's, not an operator's");

    [Fact]
    public void Fault_NoCertificate_IsRefused() =>
        IdentityBundle.Load(_issued.Node(), PrincipalKind.Node).Fault(null, PrincipalKind.Operator, Issued.Now, out _).ShouldBe("is missing");

    [Fact]
    public void Fault_OfAnotherAuthority_IsRefused()
    {
        using var other = new Issued();
        Fault(other.Operator("mallory", Role.Change)).ShouldBe("is of an authority that ca.pem does not hold");
    }

    [Fact]
    public void Fault_SelfSignedInTheNameOfTheAuthority_IsRefused()
    {
        // The attacker's authority has the subject of ours.
        var real = X509Certificate2.CreateFromPem(File.ReadAllText(Path.Combine(_issued.Path, BundleFiles.Authorities)));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(real.SubjectName, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using var false1 = request.CreateSelfSigned(Issued.Now.AddDays(-1), Issued.Now.AddDays(100));
        using var authority = CertificateAuthority.Load(false1.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
        var mallory = authority.IssueOperator(PrincipalName.Parse("mallory"), Role.Change, true, Issued.Now, TimeSpan.FromDays(10));
        Fault(X509Certificate2.CreateFromPem(mallory.CertificatePem)).ShouldBe("is of an authority that ca.pem does not hold");
    }

    [Fact]
    public void Fault_Expired_SaysSinceWhenAndWhatToDo() => Fault(_issued.Operator(), Issued.Now.AddDays(366))
        .ShouldBe("ended on 2032-05-03 03:02 UTC: renew it with 'steth pki renew'");

    [Fact]
    public void Fault_ClockBehind_SaysSo() =>
        Fault(_issued.Operator(), Issued.Now.AddDays(-2)).ShouldBe("is good from 2031-05-03 03:02 UTC only: one of the clocks is wrong");

    [Fact]
    public void Fault_Revoked_IsRefused_AndTheOthersAreNot()
    {
        var (alice, bob) = (_issued.Operator("alice"), _issued.Operator("bob"));
        _issued.Revoke(alice);
        Fault(alice).ShouldBe("is revoked");
        Fault(bob).ShouldBeNull();
    }

    [Fact]
    public void Fault_OfWhatOpenSslMadeWithTheAuthoritysKey_IsNoneOfOurs()
    {
        using var ca = X509Certificate2.CreateFromPemFile(Path.Combine(_issued.Path, "ca.pem"), Path.Combine(_issued.Path, "ca.key"));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("O=steth, OU=change, OU=read, CN=eve", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(Principal.ClientAuth)], true));
        Fault(request.Create(ca, Issued.Now, Issued.Now.AddDays(1), [1, 2])).ShouldBe("is none that 'steth pki' issued");
    }

    [Theory]
    [InlineData("ca.pem", "there is no such file.")]
    [InlineData("cert.pem", "there is no such file.")]
    [InlineData("key.pem", "there is no such file.")]
    public void Load_FileMissing_SaysWhich(string file, string fault)
    {
        var bundle = _issued.Node();
        File.Delete(Path.Combine(bundle, file));
        Should.Throw<IdentityException>(() => IdentityBundle.Load(bundle, PrincipalKind.Node)).Message
            .ShouldBe($"{Path.Combine(bundle, file)}: {fault}");
    }

    [Theory]
    [InlineData("ca.pem")]
    [InlineData("cert.pem")]
    [InlineData("key.pem")]
    [InlineData("crl.pem")]
    public void Load_FileCutAnywhere_IsRefusedOrTheSame(string file)
    {
        var bundle = _issued.Node();
        var path = Path.Combine(bundle, file);
        var text = File.ReadAllText(path);
        for (var length = 0; length < text.Length - 1; length += 7)
        {
            File.WriteAllText(path, text[..length]);
            Should.Throw<IdentityException>(() => IdentityBundle.Load(bundle, PrincipalKind.Node), $"cut at {length}").Message.ShouldStartWith(bundle);
        }
    }

    [Fact]
    public void Load_KeyThatOthersCanRead_IsRefused()
    {
        var bundle = _issued.Node();
        var key = Path.Combine(bundle, BundleFiles.Key);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Should.Throw<IdentityException>(() => IdentityBundle.Load(bundle, PrincipalKind.Node)).Message
            .ShouldBe($"{key}: others than its owner can read or write it; chmod 600 it, or issue a new one if they did.");
    }

    [Fact]
    public void Load_KeyThatIsAnotherUsersFile_IsRefusedByAnAgent()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can give files away");
        var (node, alice) = (_issued.Node(), _issued.Operator());
        foreach (var bundle in new[] { node, alice })
        {
            using var chown = Process.Start("chown", ["4711", Path.Combine(bundle, BundleFiles.Key)]);
            chown.WaitForExit();
            chown.ExitCode.ShouldBe(0);
        }
        Should.Throw<IdentityException>(() => IdentityBundle.Load(node, PrincipalKind.Node)).Message.ShouldBe(
            $"{Path.Combine(node, BundleFiles.Key)}: it is the file of another user (uid 4711), who can read it; "
            + "chown it to root, or issue a new one if he did.");
        IdentityBundle.Load(alice, PrincipalKind.Operator).Self.Name.ToString().ShouldBe("alice");
    }

    [Fact]
    public void Load_KeyOfAnother_IsRefused()
    {
        var (one, other) = (_issued.Node("comp1"), _issued.Node("comp2"));
        File.Copy(Path.Combine(other, BundleFiles.Key), Path.Combine(one, BundleFiles.Key), overwrite: true);
        Should.Throw<IdentityException>(() => IdentityBundle.Load(one, PrincipalKind.Node)).Message
            .ShouldStartWith($"{Path.Combine(one, BundleFiles.Key)}: it is no key in PEM, or not that of cert.pem: ");
    }

    [Fact]
    public void Load_OperatorsBundleForAnAgent_IsRefused()
    {
        var bundle = _issued.Operator();
        Should.Throw<IdentityException>(() => IdentityBundle.Load(bundle, PrincipalKind.Node)).Message.ShouldContain("it is no certificate of a node");
    }

    [Fact]
    public void Load_TwoAuthorities_BothAreTrusted()
    {
        using var next = new Issued();
        var bundle = _issued.Node();
        File.AppendAllText(Path.Combine(bundle, BundleFiles.Authorities), File.ReadAllText(Path.Combine(next.Path, BundleFiles.Authorities)));
        File.AppendAllText(Path.Combine(bundle, BundleFiles.Revoked), File.ReadAllText(Path.Combine(next.Path, BundleFiles.Revoked)));
        var node = IdentityBundle.Load(bundle, PrincipalKind.Node);
        foreach (var alice in new[] { next.Operator(), _issued.Operator() })
            node.Fault(Issued.CertificateOf(alice), PrincipalKind.Operator, Issued.Now, out _).ShouldBeNull();
    }

    private string? Fault(string bundle, DateTimeOffset? now = null) => Fault(Issued.CertificateOf(bundle), now);

    private string? Fault(X509Certificate2 certificate, DateTimeOffset? now = null) =>
        IdentityBundle.Load(_issued.Node(), PrincipalKind.Node).Fault(certificate, PrincipalKind.Operator, now ?? Issued.Now, out _);
}
