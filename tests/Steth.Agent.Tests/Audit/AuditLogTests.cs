using Steth.Agent.Audit;
using Steth.Agent.Tests.Rpc;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Audit;

public sealed class AuditLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("steth-audit-").FullName;
    private readonly RpcLog _log = new();

    private string File1 => Path.Combine(_folder, "logs", "audit.log");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static AuditEntry Entry(string id, string? method = "icmp.ping", AuditOutcome outcome = AuditOutcome.Ok) => new()
    {
        At = new DateTimeOffset(2026, 3, 1, 12, 0, 0, 250, TimeSpan.Zero),
        Id = id,
        Who = "alice",
        From = "192.0.2.7",
        Role = "probe",
        Method = method,
        Outcome = outcome,
        DurationMs = 1.5,
    };

    private static string[] Ids(AuditLog audit, int limit = 1000) =>
        [.. audit.Read(_ => true, limit, TestContext.Current.CancellationToken).Entries.Select(e => e.Id)];

    [Fact]
    public void Write_File_IsOneLineForItsOwnerOnly()
    {
        new AuditLog(File1, _log).Write(Entry("a-1"));
        File.ReadAllText(File1).ShouldBe("""
            {"at":"2026-03-01T12:00:00.25+00:00","id":"a-1","who":"alice","from":"192.0.2.7","role":"probe","method":"icmp.ping","target":null,"params":null,"outcome":"ok","reason":null,"duration_ms":1.5}

            """);
        File.GetUnixFileMode(File1).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(Path.GetDirectoryName(File1)!).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void Write_ControlCharacters_MakeNoSecondLine()
    {
        var audit = new AuditLog(File1, _log);
        audit.Write(Entry("a-1", "x\n{\"id\":\"forged\"}\r\u001b[2J\u2028\u0085"));
        var text = File.ReadAllText(File1);
        text.Count(c => c == '\n').ShouldBe(1);
        text.TrimEnd('\n').ShouldAllBe(c => c >= ' ' && c < 0x7f);
        audit.Read(_ => true, 10, TestContext.Current.CancellationToken).Entries.Single().Method.ShouldBe("x\n{\"id\":\"forged\"}\r\u001b[2J\u2028\u0085");
    }

    [Fact]
    public void Write_MoreThanFits_KeepsFiveFilesAndReadsThemInOrder()
    {
        var audit = new AuditLog(File1, _log, fileBytes: 1000);
        for (var i = 1; i <= 60; i++)
            audit.Write(Entry($"a-{i}"));
        var files = Directory.GetFiles(Path.GetDirectoryName(File1)!);
        files.Length.ShouldBe(AuditLog.Files);
        files.ShouldAllBe(f => new FileInfo(f).Length <= 1000);
        var ids = Ids(audit);
        ids.Length.ShouldBeInRange(20, 30);
        ids.ShouldBe(Enumerable.Range(61 - ids.Length, ids.Length).Select(i => $"a-{i}"));
        Ids(audit, limit: 3).ShouldBe(["a-58", "a-59", "a-60"]);
    }

    [Fact]
    public void Write_PlaceThatCannotBeWritten_KeepsTheNewestAndWritesThemWhenItCan()
    {
        var blocked = Path.Combine(_folder, "logs");
        File.WriteAllText(blocked, "in the way");
        var audit = new AuditLog(File1, _log);
        for (var i = 1; i <= AuditLog.LinesInMemory + 5; i++)
            audit.Write(Entry($"a-{i}"));
        var (entries, result) = audit.Read(_ => true, 10_000, TestContext.Current.CancellationToken);
        entries.Count.ShouldBe(AuditLog.LinesInMemory);
        entries.First().Id.ShouldBe("a-6");
        result.Lost.ShouldBe(5);
        result.Problem.ShouldStartWith($"The audit cannot be written to {File1}: ");
        result.Problem.ShouldEndWith("1000 entries are kept in memory, 5 are lost.");
        // Said once, not with each call.
        _log.ToString().Split("The audit cannot be written").Length.ShouldBe(2);

        File.Delete(blocked);
        audit.Write(Entry("last"));
        File.ReadLines(File1).Count().ShouldBe(AuditLog.LinesInMemory);
        result = audit.Read(_ => true, 1, TestContext.Current.CancellationToken).Result;
        (result.Problem, result.Lost, result.Matched).ShouldBe((null, 6L, AuditLog.LinesInMemory));
        _log.ToString().ShouldContain("is written to");
    }

    [Fact]
    public void Write_FileMovedAwayMeanwhile_BeginsANewOne()
    {
        var audit = new AuditLog(File1, _log);
        audit.Write(Entry("a-1"));
        File.Move(File1, File1 + ".1");
        audit.Write(Entry("a-2"));
        File.ReadLines(File1).Count().ShouldBe(1);
        Ids(audit).ShouldBe(["a-1", "a-2"]);
    }

    [Fact]
    public void Write_AfterHalfALineOfAKilledAgent_BeginsALine()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File1)!);
        File.WriteAllText(File1, "{\"at\":\"2026");
        var audit = new AuditLog(File1, _log);
        audit.Write(Entry("a-1"));
        audit.Write(Entry("a-2"));
        var (entries, result) = audit.Read(_ => true, 10, TestContext.Current.CancellationToken);
        entries.Select(e => e.Id).ShouldBe(["a-1", "a-2"]);
        (result.Matched, result.Unreadable).ShouldBe((2, 1));
    }

    [Fact]
    public async Task Write_ManyAtATime_LosesNone()
    {
        var audit = new AuditLog(File1, _log, fileBytes: 20_000);
        await Parallel.ForAsync(0, 300, TestContext.Current.CancellationToken, (i, _) =>
        {
            audit.Write(Entry($"a-{i}"));
            return ValueTask.CompletedTask;
        });
        Ids(audit).ShouldBe(Enumerable.Range(0, 300).Select(i => $"a-{i}"), ignoreOrder: true);
    }

    [Fact]
    public void Write_Journal_GoesToTheLogAndTheNewestAreKept()
    {
        var audit = new AuditLog(AuditLog.Journal, _log);
        for (var i = 1; i <= AuditLog.LinesInMemory + 2; i++)
            audit.Write(Entry($"a-{i}"));
        _log.ToString().ShouldContain("audit {\"at\":\"2026-03-01T12:00:00.25+00:00\",\"id\":\"a-1\"");
        var (entries, result) = audit.Read(_ => true, 10_000, TestContext.Current.CancellationToken);
        entries.First().Id.ShouldBe("a-3");
        (result.Lost, result.Problem).ShouldBe(
            (0L, "The audit goes to the journal: here are the newest 1000 calls at most; all are in 'journalctl -u steth-agent'."));
    }
}
