using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Steth.Contracts;

namespace Steth.Identity.Tests;

public sealed class RevocationListTests : IDisposable
{
    private readonly Issued _issued = new();

    public void Dispose() => _issued.Dispose();

    private X509Certificate2 Authority => X509Certificate2.CreateFromPem(File.ReadAllText(Path.Combine(_issued.Path, "ca.pem")));

    private byte[] List => CertificateAuthority.Der(File.ReadAllText(_issued.Folder.RevokedPath));

    [Fact]
    public void Parse_Empty_HasNobody()
    {
        var list = RevocationList.Parse(List, [Authority]);
        (list.Count, list.Issuer).ShouldBe((0, Authority.Subject));
        list.Has(Issued.CertificateOf(_issued.Operator())).ShouldBeFalse();
    }

    [Fact]
    public void Parse_OfAnotherAuthority_IsRefused()
    {
        using var other = new Issued();
        var theirs = CertificateAuthority.Der(File.ReadAllText(other.Folder.RevokedPath));
        Should.Throw<CryptographicException>(() => RevocationList.Parse(theirs, [Authority])).Message.ShouldBe("the revocation list is of another authority");
    }

    [Fact]
    public void Parse_EveryBitChanged_IsRefused()
    {
        _issued.Revoke(_issued.Operator());
        var list = List;
        for (var at = 0; at < list.Length; at++)
        {
            var changed = (byte[])list.Clone();
            changed[at] ^= (byte)(1 << (at % 8));
            Should.Throw<CryptographicException>(() => RevocationList.Parse(changed, [Authority]), $"byte {at}");
        }
    }

    [Fact]
    public void Parse_CutAnywhere_IsRefused()
    {
        var list = List;
        for (var length = 0; length < list.Length; length++)
            Should.Throw<CryptographicException>(() => RevocationList.Parse(list.AsMemory(0, length), [Authority]), $"cut at {length}");
    }

    [Fact]
    public void Has_Revoked_ByAuthorityAndSerial()
    {
        using var other = new Issued();
        var alice = _issued.Operator("alice", Role.Change);
        _issued.Revoke(alice);
        var list = RevocationList.Parse(List, [Authority]);
        list.Count.ShouldBe(1);
        list.Has(Issued.CertificateOf(alice)).ShouldBeTrue();
        list.Has(Issued.CertificateOf(other.Operator())).ShouldBeFalse();
    }
}
