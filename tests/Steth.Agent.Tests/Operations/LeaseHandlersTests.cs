using Microsoft.Extensions.Time.Testing;
using Steth.Agent.Leases;
using Steth.Agent.Tests.Leases;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tools;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Operations;

public class LeaseHandlersTests
{
    private static readonly CallContext Call = new() { CorrelationId = "test" };

    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lease_RenewListRelease_ActOnTheBook()
    {
        var undone = 0;
        await using var book = new LeaseBook(_time, new ToolRunner(), null, (_, _) => { });
        var id = await book.GrantAsync(
            "VLAN device eth1.5", TimeSpan.FromSeconds(10), new ActionUndo(() => undone++), _ => Task.CompletedTask, Token);
        (await new LeaseRenewHandler(book).HandleAsync(new LeaseRenewParams { LeaseId = id, Seconds = 60 }, Call, Token)).ExpiresAt
            .ShouldBe(_time.GetUtcNow().AddSeconds(60));
        (await new LeaseListHandler(book).HandleAsync(new LeaseListParams(), Call, Token)).Leases
            .ShouldBe([new LeaseFacts { LeaseId = id, Covers = "VLAN device eth1.5", ExpiresAt = _time.GetUtcNow().AddSeconds(60) }]);
        var release = new LeaseReleaseHandler(book);
        (await release.HandleAsync(new LeaseReleaseParams { LeaseId = id }, Call, Token)).Released.ShouldBeTrue();
        (await release.HandleAsync(new LeaseReleaseParams { LeaseId = id }, Call, Token)).Released.ShouldBeFalse();
        undone.ShouldBe(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(3601)]
    public async Task Renew_LengthOutsideItsRange_IsRefused(int seconds)
    {
        await using var book = new LeaseBook(_time, new ToolRunner(), null, (_, _) => { });
        var renew = new LeaseRenewParams { LeaseId = "a", Seconds = seconds };
        (await Should.ThrowAsync<OperationException>(() => new LeaseRenewHandler(book).HandleAsync(renew, Call, Token)))
            .Message.ShouldBe($"seconds: expected 1-3600, not {seconds}.");
    }
}
