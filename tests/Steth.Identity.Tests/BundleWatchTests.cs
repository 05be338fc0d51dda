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
            watch.Current().ShouldBeSameAs(before);
        }
        _faults.ShouldHaveSingleItem().ShouldStartWith(
            $"The new certificates are not taken, those before stay in use: {Path.Combine(node, BundleFiles.Certificate)}: ");
        _issued.Node();
        _time.Pass(1);
        watch.Current().ShouldNotBeSameAs(before);
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
