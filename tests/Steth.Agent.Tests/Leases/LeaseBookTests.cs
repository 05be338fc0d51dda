using Microsoft.Extensions.Time.Testing;
using Steth.Agent.Leases;
using Steth.Contracts;

namespace Steth.Agent.Tests.Leases;

public class LeaseBookTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _undone = [];
    private readonly List<string> _failed = [];

    private LeaseBook Book() => new(_time, (covers, _) => _failed.Add(covers));

    private string Grant(LeaseBook book, string covers, int seconds) =>
        book.Grant(covers, TimeSpan.FromSeconds(seconds), _ =>
        {
            _undone.Add(covers);
            return Task.CompletedTask;
        });

    [Fact]
    public void Lapse_WithoutRenewal_UndoesOnce()
    {
        var book = Book();
        Grant(book, "a", 10);
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
        var id = Grant(book, "a", 10);
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
        var id = book.Grant("a", TimeSpan.FromSeconds(10), _ => Task.CompletedTask, (length, _) =>
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
        var id = Grant(book, "a", 1);
        _time.Advance(TimeSpan.FromSeconds(2));
        (await Should.ThrowAsync<OperationException>(() => book.RenewAsync(id, TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken))).Code.ShouldBe(OperationErrorCode.NoSuchDevice);
    }

    [Fact]
    public async Task Release_Twice_UndoesOnce()
    {
        var book = Book();
        var id = Grant(book, "a", 10);
        (await book.ReleaseAsync(id, TestContext.Current.CancellationToken)).ShouldBeTrue();
        (await book.ReleaseAsync(id, TestContext.Current.CancellationToken)).ShouldBeFalse();
        _undone.ShouldBe(["a"]);
    }

    [Fact]
    public async Task Dispose_UndoesYoungestFirst_AndReportsWhatFailed()
    {
        var book = Book();
        Grant(book, "device", 10);
        book.Grant("broken", TimeSpan.FromSeconds(10), _ => throw new OperationException(OperationErrorCode.ToolFailed, "no"));
        Grant(book, "address", 10);
        await book.DisposeAsync();
        _undone.ShouldBe(["address", "device"]);
        _failed.ShouldBe(["broken"]);
    }
}
