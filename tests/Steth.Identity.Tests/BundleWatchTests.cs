namespace Steth.Identity.Tests;

public sealed class BundleWatchTests : IDisposable
{
    private readonly Issued _issued = new();
    private readonly StoppedTime _time = new();
    private readonly List<string> _faults = [];

    public void Dispose() => _issued.Dispose();

    [Fact]
    public void Current_Revocation_IsSeenWithinASecond()
    {
        var (node, alice) = (_issued.Node(), _issued.Operator());
        var watch = new BundleWatch(node, PrincipalKind.Node, _time, _faults.Add);
        Fault(watch, alice).ShouldBeNull();
        _issued.Revoke(alice);
        Fault(watch, alice).ShouldBeNull();
        _time.Pass(1);
        Fault(watch, alice).ShouldBe("is revoked");
        _faults.ShouldBeEmpty();
    }

    [Fact]
    public void Current_NewFilesThatCannotBeUsed_AreToldOnceAndNotTaken()
    {
        var node = _issued.Node();
        var watch = new BundleWatch(node, PrincipalKind.Node, _time, _faults.Add);
        var before = watch.Current();
        File.WriteAllText(Path.Combine(node, BundleFiles.Certificate), "nonsense");
        for (var i = 0; i < 3; i++)
        {
            _time.Pass(1);
            watch.Current().Certificate.ShouldBeSameAs(before.Certificate);
        }
        _faults.ShouldHaveSingleItem().ShouldStartWith(
            $"New files are not taken, what was there before stays in use: {Path.Combine(node, BundleFiles.Certificate)}: ");
        _issued.Node();
        _time.Pass(1);
        watch.Current().Certificate.ShouldNotBeSameAs(before.Certificate);
    }

    /// <summary>What is wrong, as too many open files, may pass without any file being written again.</summary>
    [Fact]
    public void Current_FileThatCouldNotBeRead_IsTriedAgain()
    {
        var (node, alice) = (_issued.Node(), _issued.Operator());
        var watch = new BundleWatch(node, PrincipalKind.Node, _time, _faults.Add);
        _issued.Revoke(alice);
        var revoked = Path.Combine(node, BundleFiles.Revoked);
        var (list, written) = (File.ReadAllText(revoked), File.GetLastWriteTimeUtc(revoked));
        File.WriteAllText(revoked, new string('x', list.Length));
        File.SetLastWriteTimeUtc(revoked, written);
        for (var i = 0; i < 3; i++)
        {
            _time.Pass(1);
            Fault(watch, alice).ShouldBeNull();
        }
        _faults.ShouldHaveSingleItem().ShouldContain("it holds no revocation list.");
        File.WriteAllText(revoked, list);
        File.SetLastWriteTimeUtc(revoked, written);
        _time.Pass(1);
        Fault(watch, alice).ShouldBe("is revoked");
    }

    [Fact]
    public void Current_CertificateHalfCopied_RevocationCounts()
    {
        var (node, other, alice) = (_issued.Node(), _issued.Node("comp2"), _issued.Operator());
        var watch = new BundleWatch(node, PrincipalKind.Node, _time, _faults.Add);
        File.Copy(Path.Combine(other, BundleFiles.Key), Path.Combine(node, BundleFiles.Key), overwrite: true);
        _issued.Revoke(alice);
        _time.Pass(1);
        Fault(watch, alice).ShouldBe("is revoked");
        _faults.ShouldHaveSingleItem().ShouldContain("not that of cert.pem");
    }

    [Fact]
    public void Current_ListIsALinkWhoseTargetChanges_IsSeen()
    {
        var (issued, alice) = (_issued.Node(), _issued.Operator());
        var node = Directory.CreateDirectory(Path.Combine(_issued.Path, "elsewhere")).FullName;
        foreach (var file in new[] { BundleFiles.Authorities, BundleFiles.Certificate, BundleFiles.Key })
            File.Copy(Path.Combine(issued, file), Path.Combine(node, file));
        File.CreateSymbolicLink(Path.Combine(node, BundleFiles.Revoked), _issued.Folder.RevokedPath);
        var watch = new BundleWatch(node, PrincipalKind.Node, _time, _faults.Add);
        _issued.Revoke(alice);
        _time.Pass(1);
        Fault(watch, alice).ShouldBe("is revoked");
        _faults.ShouldBeEmpty();
    }

    [Fact]
    public void Current_ListGoneOrOlder_WhatWasRevokedStaysSo()
    {
        var (node, alice) = (_issued.Node(), _issued.Operator());
        var revoked = Path.Combine(node, BundleFiles.Revoked);
        var before = File.ReadAllText(revoked);
        _issued.Revoke(alice);
        var watch = new BundleWatch(node, PrincipalKind.Node, _time, _faults.Add);
        var name = Issued.CertificateOf(alice).Issuer;
        File.WriteAllText(revoked, before);
        _time.Pass(1);
        Fault(watch, alice).ShouldBe("is revoked");
        File.Delete(revoked);
        for (var i = 0; i < 3; i++)
        {
            _time.Pass(1);
            Fault(watch, alice).ShouldBe("is revoked");
        }
        _faults.ShouldBe(
        [
            $"{revoked}: the list of {name} is older than the one before it; the one before stays in use: copy the newest from the authority's folder.",
            $"{revoked}: the list of {name} is gone; the one before stays in use: copy the newest from the authority's folder.",
        ]);
        File.Copy(_issued.Folder.RevokedPath, revoked);
        _time.Pass(1);
        Fault(watch, alice).ShouldBe("is revoked");
        _faults.Count.ShouldBe(2);
    }

    [Fact]
    public void Start_AuthorityWithoutAList_IsToldOnce()
    {
        var node = _issued.Node();
        var revoked = Path.Combine(node, BundleFiles.Revoked);
        File.Delete(revoked);
        var watch = new BundleWatch(node, PrincipalKind.Node, _time, _faults.Add);
        _time.Pass(1);
        watch.Current();
        _faults.ShouldHaveSingleItem().ShouldBe(
            $"{revoked}: there is no list of {Issued.CertificateOf(node).Issuer}, so that none of its certificates counts as revoked; "
            + "copy it from the authority's folder.");
    }

    private static string? Fault(BundleWatch watch, string bundle) =>
        watch.Current().Fault(Issued.CertificateOf(bundle), PrincipalKind.Operator, Issued.Now, out _);

    private sealed class StoppedTime : TimeProvider
    {
        private long _ticks;

        public void Pass(int seconds) => _ticks += seconds * TimeSpan.TicksPerSecond;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;
    }
}
