using Microsoft.Extensions.Time.Testing;
using Steth.Agent.Leases;
using Steth.Agent.Tools;
using Steth.Contracts;

namespace Steth.Agent.Tests.Leases;

public class LeaseBookTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _undone = [];
    private readonly List<string> _failed = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private LeaseBook Book() => new(_time, new ToolRunner(), null, (covers, _) => _failed.Add(covers));

    private Task<string> Grant(LeaseBook book, string covers, int seconds) => GrantAsync(book, covers, seconds, () => _undone.Add(covers));

    private static Task<string> GrantAsync(LeaseBook book, string covers, int seconds, Action undo) =>
        book.GrantAsync(covers, TimeSpan.FromSeconds(seconds), new ActionUndo(undo), _ => Task.CompletedTask, Token);

    [Fact]
    public async Task Lapse_WithoutRenewal_UndoesOnce()
    {
        var book = Book();
        await Grant(book, "a", 10);
        _time.Advance(TimeSpan.FromSeconds(9));
        _undone.ShouldBeEmpty();
        _time.Advance(TimeSpan.FromSeconds(2));
        _undone.ShouldBe(["a"]);
        _time.Advance(TimeSpan.FromSeconds(60));
        _undone.ShouldBe(["a"]);
        book.List().ShouldBeEmpty();
    }

    [Fact]
    public async Task Renew_InTime_CountsFromNow()
    {
        var book = Book();
        var id = await Grant(book, "a", 10);
        _time.Advance(TimeSpan.FromSeconds(9));
        (await book.RenewAsync(id, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).ShouldBe(_time.GetUtcNow().AddSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(9));
        _undone.ShouldBeEmpty();
        _time.Advance(TimeSpan.FromSeconds(2));
        _undone.ShouldBe(["a"]);
    }

    [Fact]
    public async Task Renew_WhatHasAClockOfItsOwn_IsToldTheNewLength()
    {
        var book = Book();
        var told = new List<TimeSpan>();
        var id = await book.GrantAsync(
            "a", TimeSpan.FromSeconds(10), new ActionUndo(() => { }), _ => Task.CompletedTask, Token, (length, _) =>
            {
                told.Add(length);
                return Task.CompletedTask;
            });
        await book.RenewAsync(id, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        told.ShouldBe([TimeSpan.FromSeconds(30)]);
    }

    [Fact]
    public async Task Renew_AfterLapse_SaysSo()
    {
        var book = Book();
        var id = await Grant(book, "a", 1);
        _time.Advance(TimeSpan.FromSeconds(2));
        (await Should.ThrowAsync<OperationException>(() => book.RenewAsync(id, TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken))).Code.ShouldBe(OperationErrorCode.NoSuchDevice);
    }

    [Fact]
    public async Task Release_Twice_UndoesOnce()
    {
        var book = Book();
        var id = await Grant(book, "a", 10);
        (await book.ReleaseAsync(id, TestContext.Current.CancellationToken)).ShouldBeTrue();
        (await book.ReleaseAsync(id, TestContext.Current.CancellationToken)).ShouldBeFalse();
        _undone.ShouldBe(["a"]);
    }

    [Fact]
    public async Task Dispose_UndoesYoungestFirst_AndReportsWhatFailed()
    {
        var book = Book();
        await Grant(book, "device", 10);
        await GrantAsync(book, "broken", 10, () => throw new OperationException(OperationErrorCode.ToolFailed, "no"));
        await Grant(book, "address", 10);
        await book.DisposeAsync();
        _undone.ShouldBe(["address", "device"]);
        _failed.ShouldBe(["broken"]);
    }

    [Fact]
    public async Task Lapse_UndoFails_IsTriedAgainUntilItWorks()
    {
        var book = Book();
        var tries = 0;
        var id = await GrantAsync(book, "a", 10, () =>
        {
            if (++tries < 3)
                throw new OperationException(OperationErrorCode.ToolFailed, "no");
        });
        _time.Advance(TimeSpan.FromSeconds(11));
        (tries, _failed.Count).ShouldBe((1, 1));
        (await Should.ThrowAsync<OperationException>(() => book.RenewAsync(id, TimeSpan.FromSeconds(99), Token))).Code
            .ShouldBe(OperationErrorCode.NoSuchDevice, "half undone is lapsed");
        _time.Advance(TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(100));
        (tries, _failed.Count).ShouldBe((3, 2));
        book.List().ShouldBeEmpty();
    }

    [Fact]
    public async Task Grant_MakingFails_IsUndoneAndNoLease()
    {
        var book = Book();
        await Should.ThrowAsync<OperationException>(() => book.GrantAsync(
            "a", TimeSpan.FromSeconds(10), new ActionUndo(() => _undone.Add("a")),
            _ => throw new OperationException(OperationErrorCode.ToolFailed, "no"), Token));
        _undone.ShouldBe(["a"]);
        book.List().ShouldBeEmpty();
    }

    [Fact]
    public async Task Grant_TheBookIsClosedMeanwhile_IsUndone()
    {
        var book = Book();
        await Should.ThrowAsync<ObjectDisposedException>(() => book.GrantAsync(
            "a", TimeSpan.FromSeconds(10), new ActionUndo(() => _undone.Add("a")), async _ => await book.DisposeAsync(), Token));
        _undone.ShouldBe(["a"]);
    }
}
