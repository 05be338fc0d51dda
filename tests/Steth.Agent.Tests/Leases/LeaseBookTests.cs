using Microsoft.Extensions.Time.Testing;
using Steth.Agent.Leases;
using Steth.Agent.Tests.Kernel;
using Steth.Agent.Tests.Tools;
using Steth.Agent.Tools;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Leases;

public class LeaseBookTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _undone = [];
    private readonly List<string> _failed = [];
    private readonly List<string> _undoneAtLast = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private LeaseBook Book(IToolRunner? tools = null, LeaseJournal? journal = null) =>
        new(_time, tools ?? new ToolRunner(), journal, (covers, _) => _failed.Add(covers), _undoneAtLast.Add);

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
    public async Task Dispose_ProgramsLast_ForTheyEndWithTheAgentAnyway()
    {
        var tools = new ToolRunner();
        var book = Book(tools);
        var undo = ProgramUndo.New();
        await using var program = await tools.StartAsync(new ToolCommand { Program = "sleep", Arguments = ["60"], Mark = undo.Mark }, null, Token);
        var ran = false;
        await GrantAsync(book, "address", 10, () => ran = !program.Completion.IsCompleted);
        await book.GrantAsync("program", TimeSpan.FromSeconds(10), undo, _ => Task.CompletedTask, Token);
        await book.DisposeAsync();
        ran.ShouldBeTrue("it was undone first");
        await program.Completion.WaitAsync(TimeSpan.FromSeconds(5), Token);
    }

    [Fact]
    public async Task RequireFree_OneThatCouldNotBeUndone_SaysWhenItIsTriedAgain()
    {
        var book = Book();
        await GrantAsync(book, "a", 10, () => throw new OperationException(OperationErrorCode.ToolFailed, "no"));
        _time.Advance(TimeSpan.FromSeconds(11));
        var lease = book.List().ShouldHaveSingleItem();
        Should.Throw<OperationException>(() => book.RequireFree("Interface 'eth1'", _ => true)).Message.ShouldBe(
            $"Interface 'eth1' is on a lease ({lease.Covers}) that has ended and could not be undone, which the agent's log explains; "
            + $"the next try is at {lease.ExpiresAt:yyyy-MM-dd HH:mm:ss} UTC; wait until then, or end it: steth end-lease NODE {lease.LeaseId}.");
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
        var stuck = book.List().ShouldHaveSingleItem();
        (tries, stuck.State, stuck.ExpiresAt).ShouldBe((2, LeaseState.Stuck, _time.GetUtcNow().AddSeconds(20)));
        _time.Advance(TimeSpan.FromSeconds(20));
        _time.Advance(TimeSpan.FromSeconds(100));
        tries.ShouldBe(3);
        _failed.ShouldBe(["a"], "it is told once");
        _undoneAtLast.ShouldBe(["a"]);
        book.List().ShouldBeEmpty();
    }

    [Fact]
    public async Task Lapse_UndoFailsForHours_StaysInTheListAndIsTriedEveryMinute()
    {
        var book = Book();
        var tries = 0;
        var works = false;
        await GrantAsync(book, "a", 10, () =>
        {
            tries++;
            if (!works)
                throw new OperationException(OperationErrorCode.Busy, "no");
        });
        for (var i = 0; i < 240; i++)
            _time.Advance(TimeSpan.FromMinutes(1));
        tries.ShouldBeInRange(230, 250);
        book.List().ShouldHaveSingleItem().Covers.ShouldBe("a");
        works = true;
        _time.Advance(TimeSpan.FromMinutes(1));
        book.List().ShouldBeEmpty();
    }

    [Fact]
    public async Task Lapse_UndoHasABadWord_IsTriedAgain()
    {
        var book = Book();
        var tries = 0;
        await GrantAsync(book, "a", 10, () =>
        {
            if (++tries == 1)
                throw new ArgumentException("a word with a NUL");
        });
        _time.Advance(TimeSpan.FromSeconds(11));
        _time.Advance(TimeSpan.FromSeconds(10));
        (tries, book.List().Count).ShouldBe((2, 0));
    }

    [Fact]
    public async Task Release_WhileItIsUndone_StaysInTheListUntilItIs()
    {
        var book = Book();
        LeaseState? seen = null;
        var id = await GrantAsync(book, "a", 10, () => seen = book.List().Single().State);
        (await book.ReleaseAsync(id, Token)).ShouldBeTrue();
        (seen, book.List().Count).ShouldBe((LeaseState.Changing, 0));
    }

    [Fact]
    public async Task Recover_UndoFails_BecomesALeaseThatIsTriedAgain()
    {
        using var folder = new JournalFolder();
        foreach (var id in (string[])["v1", "v2"])
            folder.Journal.Add(new JournalEntry { LeaseId = id, Covers = id, Undo = new DeviceUndo { Name = DeviceName.Parse(id), Index = 7 } });
        folder.Journal.Dispose();
        using var tools = new StandInTools();
        tools.Add("ip", "exit 1");
        var next = folder.Another();
        var book = Book(tools.Runner, next);

        (await book.RecoverAsync(_ => { }, Token)).ShouldBeEmpty();

        _failed.ShouldBe(["v2", "v1"]);
        book.List().Select(l => l.Covers).ShouldBe(["v1", "v2"], "in their order");
        ScratchNamespace.Run("cat", folder.File).Split('\n')[1..3].Select(l => l[13..15]).ShouldBe(["v1", "v2"], "for the next life, too");
        tools.Add("ip", "echo 'does not exist' >&2; exit 1");
        _time.Advance(TimeSpan.FromSeconds(11));
        for (var i = 0; i < 200 && book.List().Count > 0; i++)
            await Task.Delay(50, Token);
        _undoneAtLast.Order().ShouldBe(["v1", "v2"]);
        Directory.GetFiles(folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Recover_CannotBeTakenOver_IsForTheNextStart()
    {
        using var folder = new JournalFolder();
        var entry = new JournalEntry { LeaseId = "v1", Covers = "v1", Undo = new DeviceUndo { Name = DeviceName.Parse("v1"), Index = 7 } };
        folder.Journal.Add(entry);
        folder.Journal.Dispose();
        using var tools = new StandInTools();
        tools.Add("ip", "exit 1");
        var next = folder.Another();
        for (var i = 0; i < LeaseJournal.Most; i++)
            next.Add(entry with { LeaseId = $"{i}" });
        await using (var book = Book(tools.Runner, next))
        {
            (await book.RecoverAsync(_ => { }, Token)).ShouldBeEmpty();
            book.List().ShouldBeEmpty();
        }
        Directory.GetFiles(folder.Path).Length.ShouldBe(2);
        _failed.ShouldBe(["v1"]);
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
