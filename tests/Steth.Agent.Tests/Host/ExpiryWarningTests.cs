using System.Net;
using Microsoft.Extensions.Time.Testing;
using Steth.Agent.Host;
using Steth.Agent.Tests.Rpc;
using Steth.Identity;

namespace Steth.Agent.Tests.Host;

public sealed class ExpiryWarningTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2031, 5, 4, 0, 0, 0, TimeSpan.Zero);

    private readonly string _root = Directory.CreateTempSubdirectory("steth-expiry-").FullName;
    private readonly FakeTimeProvider _time = new(Start);
    private readonly RpcLog _log = new();
    private readonly AuthorityFolder _folder;

    public ExpiryWarningTests() => _folder = AuthorityFolder.Create(Path.Combine(_root, "pki"), Start);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Warns_EachDay_FromThirtyDaysBeforeTheEndOn_UntilItIsReplaced()
    {
        var node = Issue();
        using var warning = new ExpiryWarning(new BundleWatch(node, PrincipalKind.Node, _time, Assert.Fail), _time, _log);
        Pass(10).ShouldBeEmpty();
        Pass(2).ShouldBe(Enumerable.Repeat("the certificate of comp1 ends on 2031-06-13: renew it with 'steth pki renew'", 2));
        Pass(31)[^1].ShouldBe("the certificate of comp1 ended on 2031-06-13: renew it with 'steth pki renew'");
        Issue();
        Pass(5).ShouldBeEmpty();
    }

    private string Issue() => _folder.IssueNode(
        PrincipalName.Parse("comp1"), [], [IPAddress.Loopback], _time.GetUtcNow(), TimeSpan.FromDays(40));

    /// <summary>What the log gets meanwhile.</summary>
    private string[] Pass(int days)
    {
        var before = _log.ToString().Length;
        for (var day = 0; day < days; day++)
            _time.Advance(TimeSpan.FromDays(1));
        return _log.ToString()[before..].Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
