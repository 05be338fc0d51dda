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
    private static readonly CallContext Call = Of(null, Role.Change);

    private readonly FakeTimeProvider _time = new();

    private static CallContext Of(string? name, Role role) => new() { CorrelationId = "test", Caller = new Caller(name, role, Role.Change) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lease_RenewListRelease_ActOnTheBook()
    {
        var undone = 0;
        await using var book = new LeaseBook(_time, new ToolRunner(), null, (_, _) => { });
        var id = await book.GrantAsync("VLAN device eth1.5", TimeSpan.FromSeconds(10), new ActionUndo(() => undone++), _ => Task.CompletedTask, Token,
            holder: new LeaseHolder("alice", Role.Probe));
        (await new LeaseRenewHandler(book).HandleAsync(new LeaseRenewParams { LeaseId = id, Seconds = 60 }, Call, Token)).ExpiresAt
            .ShouldBe(_time.GetUtcNow().AddSeconds(60));
        (await new LeaseListHandler(book).HandleAsync(new LeaseListParams(), Call, Token)).Leases
            .ShouldBe([new LeaseFacts
            {
                LeaseId = id,
                Covers = "VLAN device eth1.5",
                Holder = "alice",
                State = LeaseState.Held,
                ExpiresAt = _time.GetUtcNow().AddSeconds(60),
            }]);
        var release = new LeaseReleaseHandler(book);
        (await release.HandleAsync(new LeaseReleaseParams { LeaseId = id }, Call, Token)).Released.ShouldBeTrue();
        (await release.HandleAsync(new LeaseReleaseParams { LeaseId = id }, Call, Token)).Released.ShouldBeFalse();
        undone.ShouldBe(1);
    }

    [Theory]
    [InlineData("alice", Role.Probe, "alice", Role.Probe, null)]
    [InlineData("alice", Role.Probe, "bob", Role.Change, null)]
    [InlineData("alice", Role.Probe, "bob", Role.Probe, "of another's lease (on it) needs the role change; the certificate of bob has probe.")]
    [InlineData("alice", Role.Change, "alice", Role.Change, null)]
    [InlineData("alice", Role.Change, "bob", Role.Change, null)]
    [InlineData("alice", Role.Change, "alice", Role.Probe, "of the lease on it needs the role change; the certificate of alice has probe.")]
    [InlineData("alice", Role.Change, "bob", Role.Probe, "of another's lease (on it) needs the role change; the certificate of bob has probe.")]
    [InlineData(null, Role.Probe, null, Role.Probe, null)]
    [InlineData("the agent itself", Role.Probe, "alice", Role.Probe, "of another's lease (on it) needs the role change; the certificate of alice has probe.")]
    [InlineData("the agent itself", Role.Probe, "alice", Role.Change, null)]
    public async Task Lease_OfOneCaller_IsRenewedAndReleasedByThoseWhoMay(string? holder, Role took, string? name, Role role, string? refusal)
    {
        await using var book = new LeaseBook(_time, new ToolRunner(), null, (_, _) => { });
        var id = await book.GrantAsync("it", TimeSpan.FromSeconds(10), new ActionUndo(() => { }), _ => Task.CompletedTask, Token,
            holder: holder == "the agent itself" ? null : new LeaseHolder(holder, took));
        var release = new LeaseReleaseHandler(book);
        Task RenewAsync() => new LeaseRenewHandler(book).HandleAsync(new LeaseRenewParams { LeaseId = id, Seconds = 60 }, Of(name, role), Token);
        Task ReleaseAsync() => release.HandleAsync(new LeaseReleaseParams { LeaseId = id }, Of(name, role), Token);
        if (refusal is null)
        {
            await RenewAsync();
            await ReleaseAsync();
            book.List().ShouldBeEmpty();
            return;
        }
        foreach (var (method, act) in ((string, Func<Task>)[])[("lease.renew", RenewAsync), ("lease.release", ReleaseAsync)])
        {
            var e = await Should.ThrowAsync<OperationException>(act);
            (e.Code, e.Message).ShouldBe((OperationErrorCode.Forbidden, $"{method} {refusal}"));
        }
        book.List().ShouldHaveSingleItem().ExpiresAt.ShouldBe(_time.GetUtcNow().AddSeconds(10));
    }

    [Fact]
    public async Task Renew_ChangeThatWaitsToBeConfirmed_IsRefused()
    {
        await using var book = new LeaseBook(_time, new ToolRunner(), null, (_, _) => { });
        var id = await book.GrantAsync(
            "it", TimeSpan.FromSeconds(60), new ActionUndo(() => { }), _ => Task.CompletedTask, Token, isTrial: true, holder: new LeaseHolder(null, Role.Change));
        var e = await Should.ThrowAsync<OperationException>(
            () => new LeaseRenewHandler(book).HandleAsync(new LeaseRenewParams { LeaseId = id, Seconds = 3600 }, Call, Token));
        book.List().ShouldHaveSingleItem().State.ShouldBe(LeaseState.Unconfirmed);
        (e.Code, e.Message).ShouldBe((OperationErrorCode.PermissionDenied,
            "The lease on it waits to be confirmed and cannot be renewed; confirm it with interface.confirm, or let it end."));
        _time.Advance(TimeSpan.FromSeconds(61));
        book.List().ShouldBeEmpty();
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
