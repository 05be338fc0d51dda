using Steth.Agent.Kernel;
using Steth.Agent.Leases;
using Steth.Agent.Tests.Kernel;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Agent.Tests.Leases;

public sealed class LeaseJournalTests : IDisposable
{
    private readonly JournalFolder _folder = new();
    private readonly List<string> _seen = [];
    private readonly List<string> _unreadable = [];

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static JournalEntry Entry(string id) => new()
    {
        LeaseId = id,
        Covers = "device " + id,
        Undo = new DeviceUndo { Name = DeviceName.Parse(id), Index = 7 },
    };

    private Task<IReadOnlyList<string>> RecoverAsync(bool works = true) => _folder.Another().RecoverAsync(
        entry =>
        {
            _seen.Add(entry.LeaseId);
            return Task.FromResult(works);
        },
        _unreadable.Add);

    [Fact]
    public async Task Recover_AgentLives_ItsLeasesAreItsOwn()
    {
        _folder.Journal.Add(Entry("a"));
        (await RecoverAsync()).ShouldBeEmpty();
        _folder.Journal.Add(Entry("b"));
        (await RecoverAsync()).ShouldBeEmpty();
        _seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task Recover_AgentDied_YoungestFirstAndOnce()
    {
        foreach (var id in (string[])["a", "b", "c"])
            _folder.Journal.Add(Entry(id));
        _folder.Journal.Remove("b");
        _folder.Journal.Dispose();
        (await RecoverAsync()).ShouldBe(["device c", "device a"]);
        (await RecoverAsync()).ShouldBeEmpty();
        _seen.ShouldBe(["c", "a"]);
        Directory.GetFiles(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Recover_UndoFails_TheNextStartTriesAgain()
    {
        _folder.Journal.Add(Entry("a"));
        _folder.Journal.Dispose();
        (await RecoverAsync(works: false)).ShouldBeEmpty();
        (await RecoverAsync()).ShouldBe(["device a"]);
    }

    [Fact]
    public async Task Recover_EveryUndo_ComesBackAsItWas()
    {
        LeaseUndo[] all =
        [
            new DeviceUndo { Name = DeviceName.Parse("eth1.5"), Namespace = NamespaceName.Parse("ns"), Index = 1234567890 },
            new ProgramUndo { Mark = "0123456789abcdef" },
            new InterfaceUndo
            {
                Name = DeviceName.Parse("eth1"),
                Index = 3,
                Added = InterfaceAddress.Parse("10.0.0.1/24"),
                Down = true,
                Addresses = [new KeptAddress { Address = InterfaceAddress.Parse("fd00::1/64"), Attributes = ["scope", "global"] }],
                Routes = [new KeptRoute("-4", "default via 10.0.0.254")],
            },
        ];
        foreach (var undo in all)
            _folder.Journal.Add(new JournalEntry { LeaseId = undo.GetType().Name, Covers = "it", Undo = undo });
        _folder.Journal.Dispose();
        var read = new List<LeaseUndo>();
        await _folder.Another().RecoverAsync(
            entry =>
            {
                read.Add(entry.Undo);
                return Task.FromResult(true);
            },
            _unreadable.Add);
        _unreadable.ShouldBeEmpty();
        read.Reverse();
        read[..2].ShouldBe(all[..2]);
        var (was, now) = ((InterfaceUndo)all[2], (InterfaceUndo)read[2]);
        (now with { Addresses = was.Addresses, Routes = was.Routes }).ShouldBe(was);
        now.Routes.ShouldBe(was.Routes);
        now.Addresses.Single().Address.ShouldBe(was.Addresses[0].Address);
        now.Addresses.Single().Attributes.ShouldBe(["scope", "global"]);
    }

    [Theory]
    [InlineData("{\"lease_id\":\"x\",\"cov")]
    [InlineData("{\"lease_id\":\"x\",\"covers\":\"x\",\"undo\":{\"undo\":\"shell\",\"command\":\"rm\"}}")]
    [InlineData("{\"lease_id\":\"x\",\"covers\":\"x\",\"undo\":{\"undo\":\"delete-device\",\"name\":\"-rf\",\"index\":1}}")]
    [InlineData("{\"lease_id\":\"x\",\"covers\":\"x\",\"undo\":{\"undo\":\"restore-interface\",\"name\":\"v0\",\"index\":1,\"down\":true,\"addresses\":[null],\"routes\":[]}}")]
    [InlineData("{\"lease_id\":\"x\",\"covers\":\"x\",\"undo\":{\"undo\":\"restore-interface\",\"name\":\"v0\",\"index\":1,\"down\":true,\"addresses\":[],\"routes\":[null]}}")]
    [InlineData("{\"lease_id\":\"x\",\"covers\":\"x\",\"undo\":{\"undo\":\"restore-interface\",\"name\":\"v0\",\"index\":1,\"down\":true,\"addresses\":[{\"address\":\"10.0.0.1/24\",\"attributes\":[null]}],\"routes\":[]}}")]
    [InlineData("null")]
    public async Task Recover_TornOrForeignLine_CostsOnlyItself(string line)
    {
        _folder.Journal.Add(Entry("a"));
        _folder.Journal.Dispose();
        await File.AppendAllTextAsync(_folder.File, line, Token);
        (await RecoverAsync()).ShouldBe(["device a"]);
        _unreadable.Count.ShouldBe(1);
        Directory.GetFiles(_folder.Path).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("no json")]
    public async Task Recover_NotAJournal_IsRemovedAndNothingUndone(string text)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "agent-1-2.leases"), text, Token);
        (await RecoverAsync()).ShouldBeEmpty();
        Directory.GetFiles(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Recover_AfterABoot_NothingIsUndone()
    {
        _folder.Journal.Add(Entry("a"));
        _folder.Journal.Dispose();
        var boot = (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", Token)).Trim();
        var file = _folder.File;
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Token)).Replace(boot, Guid.NewGuid().ToString(), StringComparison.Ordinal), Token);
        (await RecoverAsync()).ShouldBeEmpty();
        Directory.GetFiles(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Recover_OfAnotherNetworkNamespace_IsLeftToIt()
    {
        _folder.Journal.Add(Entry("a"));
        _folder.Journal.Dispose();
        var file = _folder.File;
        var here = NetworkNamespace.Identity(null);
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Token)).Replace(here, "net:[1]", StringComparison.Ordinal), Token);
        (await RecoverAsync()).ShouldBeEmpty();
        File.Exists(file).ShouldBeTrue();
    }

    [Fact]
    public void Add_FolderCannotBeWritten_IsASentenceAndNothingIsKept()
    {
        var blocked = Path.Combine(_folder.Path, "file");
        File.WriteAllText(blocked, "");
        using var journal = new LeaseJournal(Path.Combine(blocked, "steth"), TimeProvider.System);
        var e = Should.Throw<OperationException>(() => journal.Add(Entry("a")));
        e.Code.ShouldBe(OperationErrorCode.ToolFailed);
        e.Message.ShouldStartWith($"Nothing was changed, for how to undo it cannot be written down in {blocked}/steth on this host: ");
        e.Message.ShouldEndWith("; make room there, or name another folder with --state-dir.");
        e.Message.ShouldNotContain("\n");
    }

    [Fact]
    public async Task Add_FolderIsFull_IsRefusedAndTheLinesBeforeStay()
    {
        Privilege.NeedsRoot();
        var full = Directory.CreateDirectory(Path.Combine(_folder.Path, "full")).FullName;
        ScratchNamespace.Run("mount", "-t", "tmpfs", "-o", "size=8k", "steth-test", full);
        try
        {
            using (var journal = new LeaseJournal(full, TimeProvider.System))
            {
                journal.Add(Entry("a"));
                await File.WriteAllBytesAsync(Path.Combine(full, "filler"), new byte[4096], Token);
                Should.Throw<OperationException>(() => journal.Add(Entry("b"))).Message.ShouldContain("No space left on device");
            }
            var undone = await new LeaseJournal(full, TimeProvider.System).RecoverAsync(_ => Task.FromResult(true), _unreadable.Add);
            undone.ShouldBe(["device a"]);
            Directory.GetFiles(full).Select(Path.GetFileName).ShouldBe(["filler"]);
        }
        finally
        {
            ScratchNamespace.Run("umount", full);
        }
    }

    [Fact]
    public async Task Remove_FolderIsFull_StrikesItOutAllTheSame()
    {
        Privilege.NeedsRoot();
        var full = Directory.CreateDirectory(Path.Combine(_folder.Path, "full")).FullName;
        ScratchNamespace.Run("mount", "-t", "tmpfs", "-o", "size=8k", "steth-test", full);
        try
        {
            using (var journal = new LeaseJournal(full, TimeProvider.System))
            {
                journal.Add(Entry("a"));
                journal.Add(Entry("b"));
                await File.WriteAllBytesAsync(Path.Combine(full, "filler"), new byte[4096], Token);
                journal.Remove(Entry("a").LeaseId);
            }
            (await new LeaseJournal(full, TimeProvider.System).RecoverAsync(_ => Task.FromResult(true), _unreadable.Add)).ShouldBe(["device b"]);
            _unreadable.ShouldBeEmpty();
        }
        finally
        {
            ScratchNamespace.Run("umount", full);
        }
    }

    [Fact]
    public void Add_TooMany_IsBusy()
    {
        for (var i = 0; i < LeaseJournal.Most; i++)
            _folder.Journal.Add(Entry($"d{i}"));
        Should.Throw<OperationException>(() => _folder.Journal.Add(Entry("one-more"))).Code.ShouldBe(OperationErrorCode.Busy);
    }

    [Fact]
    public void File_IsItsOwnersOnlyAndGoesWithTheLastLease()
    {
        _folder.Journal.Add(Entry("a"));
        File.GetUnixFileMode(_folder.File).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _folder.Journal.Remove("a");
        Directory.GetFiles(_folder.Path).ShouldBeEmpty();
    }
}
