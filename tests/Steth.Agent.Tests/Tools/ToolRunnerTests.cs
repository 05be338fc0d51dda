using System.Diagnostics;
using System.Globalization;
using Steth.Agent.Limits;
using Steth.Agent.Tools;
using Steth.Contracts;

namespace Steth.Agent.Tests.Tools;

public sealed class ToolRunnerTests : IDisposable
{
    private readonly StandInTools _tools = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _tools.Dispose();

    private Task<ToolOutput> RunAsync(string program, params string[] arguments) =>
        _tools.Runner.RunAsync(new ToolCommand { Program = program, Arguments = arguments }, Token);

    /// <summary>A zombie waits only for its parent to look: it has ended.</summary>
    private static bool Runs(string pidFile)
    {
        try
        {
            return !File.ReadAllText($"/proc/{File.ReadAllText(pidFile).Trim()}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task WaitUntilAsync(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10), what);
            await Task.Delay(10, Token);
        }
    }

    [Fact]
    public async Task Run_ExitCodeAndBothOutputs_AreKept()
    {
        _tools.Add("t", "echo out; echo err >&2; exit 3");
        (await RunAsync("t")).ShouldBe(new ToolOutput(3, "out\n", "err\n"));
    }

    [Fact]
    public async Task Start_MoreProgramsThanTheHostGives_AreRefusedUntilOneEnds()
    {
        _tools.Add("t", "exec sleep 60");
        var runner = _tools.Runner;
        var command = new ToolCommand { Program = "t", Arguments = [] };
        var running = new Stack<IRunningTool>();
        try
        {
            for (var i = 0; i < HostLimits.Programs; i++)
                running.Push(await runner.StartAsync(command, null, Token));
            var refusal = await Should.ThrowAsync<OperationException>(() => runner.RunAsync(command, Token));
            (refusal.Code, refusal.Message).ShouldBe(
                (OperationErrorCode.Busy, "128 programs run on this agent already, which is the most; ask again later."));
            await running.Pop().DisposeAsync();
            running.Push(await runner.StartAsync(command, null, Token));
        }
        finally
        {
            await Task.WhenAll(running.Select(tool => tool.DisposeAsync().AsTask()));
        }
    }

    [Fact]
    public async Task Run_EndedBySignal_Is128PlusNumber()
    {
        _tools.Add("t", "kill -TERM $$");
        (await RunAsync("t")).ExitCode.ShouldBe(143);
    }

    [Fact]
    public async Task Run_ShellSyntaxInArguments_ArrivesAsItIs()
    {
        _tools.Add("t", "for a in \"$@\"; do printf '<%s>' \"$a\"; done");
        (await RunAsync("t", "$(id)", "; rm -rf x", "a\nb", "", "--help", "'\"\\", "ü"))
            .Stdout.ShouldBe("<$(id)><; rm -rf x><a\nb><><--help><'\"\\><ü>");
    }

    [Fact]
    public async Task Run_Environment_IsMinimalAndUntranslated()
    {
        _tools.Add("t", "/usr/bin/env -u PWD -u _ -u OLDPWD -u SHLVL | /usr/bin/sort");
        (await RunAsync("t")).Stdout.ShouldBe($"LC_ALL=C\nPATH={_tools.Root}\n");
    }

    [Fact]
    public async Task Run_WithoutInput_GetsEndOfFile()
    {
        _tools.Add("t", "exec /bin/cat");
        (await RunAsync("t")).ShouldBe(new ToolOutput(0, "", ""));
    }

    [Fact]
    public async Task Run_WithInput_GetsIt()
    {
        _tools.Add("t", "exec /bin/cat");
        var output = await _tools.Runner.RunAsync(new ToolCommand { Program = "t", Arguments = [], Input = "ab\nü" }, Token);
        output.Stdout.ShouldBe("ab\nü");
    }

    [Fact]
    public async Task Run_InputNotRead_EndsWithTheProgram()
    {
        _tools.Add("t", "exit 4");
        var output = await _tools.Runner.RunAsync(new ToolCommand { Program = "t", Arguments = [], Input = new string('x', 4_000_000) }, Token);
        output.ExitCode.ShouldBe(4);
    }

    [Fact]
    public async Task Run_LongStderr_IsCutAndDoesNotBlock()
    {
        _tools.Add("t", "/usr/bin/head -c 3000000 /dev/zero >&2; echo done");
        var output = await RunAsync("t");
        output.Stdout.ShouldBe("done\n");
        output.Stderr.Length.ShouldBe(64 * 1024);
    }

    [Fact]
    public async Task Run_ChildThatOutlivesItKeepsTheOutputOpen_IsNoAnswer()
    {
        // In a session of its own, so that it does not end with the program's group.
        _tools.Add("t", $"/usr/bin/setsid /bin/sleep 60 & echo $! > {_tools.PathOf("child")}; echo half");
        var e = await Should.ThrowAsync<OperationException>(() => _tools.Runner.RunAsync(
            new ToolCommand { Program = "t", Arguments = [], Deadline = TimeSpan.FromMinutes(1) }, Token));
        (e.Code, e.Message).ShouldBe((OperationErrorCode.ToolFailed,
            "The output of 't' on this host is not whole: it printed more than 19 MiB or than there is memory for beside other calls, or "
                + "left a program behind that keeps it open; ask for less, or again later."));
        Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(_tools.PathOf("child"), Token), CultureInfo.InvariantCulture)).Kill();
    }

    [Fact]
    public async Task Start_LinesThatAreNotKept_AreToldAndForgotten()
    {
        _tools.Add("t", "echo keep one; echo skip; printf 'keep '; /usr/bin/head -c 100000 /dev/zero | /usr/bin/tr '\\0' x; echo; echo skip; printf 'keep last'");
        var lines = 0;
        await using var tool = await _tools.Runner.StartAsync(
            new ToolCommand { Program = "t", Arguments = [], Keep = line => line.StartsWith("keep", StringComparison.Ordinal) }, _ => lines++, Token);
        var output = await tool.Completion;
        // A line of over 64 KiB is told in two pieces, and kept as one.
        lines.ShouldBe(6);
        output.ShouldBe(new ToolOutput(0, $"keep one\nkeep {new string('x', 100_000)}\nkeep last", ""));
    }

    [Fact]
    public async Task Run_MissingProgram_NamesThePackage()
    {
        var e = await Should.ThrowAsync<OperationException>(() => RunAsync("ovs-ofctl"));
        e.Code.ShouldBe(OperationErrorCode.ToolMissing);
        e.Message.ShouldBe("'ovs-ofctl' is not installed on this host; install the package openvswitch-switch.");
    }

    [Fact]
    public async Task Run_FileThatIsNotExecutable_IsMissing()
    {
        await File.WriteAllTextAsync(_tools.PathOf("ip"), "x", Token);
        _tools.Runner.Find("ip").ShouldBeNull();
        (await Should.ThrowAsync<OperationException>(() => RunAsync("ip"))).Message.ShouldContain("iproute2");
    }

    [Fact]
    public async Task Run_OverItsDeadline_IsInterruptedAndSaysSo()
    {
        _tools.Add("t", $"trap 'echo interrupted > {_tools.PathOf("trace")}; exit' INT; /bin/sleep 60 & wait");
        var clock = Stopwatch.StartNew();
        var e = await Should.ThrowAsync<OperationException>(() => _tools.Runner.RunAsync(
            new ToolCommand { Program = "t", Arguments = ["a"], Deadline = TimeSpan.FromSeconds(2) }, Token));
        e.Code.ShouldBe(OperationErrorCode.Timeout);
        e.Message.ShouldBe("'t a' did not end within 2 s on this host and was stopped.");
        File.Exists(_tools.PathOf("trace")).ShouldBeTrue();
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Run_IgnoresTheInterruptAndHasAChild_BothAreGone()
    {
        _tools.Add("t", $"trap '' INT TERM; /bin/sleep 60 & echo $! > {_tools.PathOf("child")}; echo $$ > {_tools.PathOf("self")}; wait; /bin/sleep 60");
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var run = _tools.Runner.RunAsync(new ToolCommand { Program = "t", Arguments = [], Deadline = TimeSpan.FromMinutes(1) }, caller.Token);
        await WaitUntilAsync(() => File.Exists(_tools.PathOf("self")) && File.ReadAllText(_tools.PathOf("self")).EndsWith('\n'), "it starts");
        await caller.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => run);
        await WaitUntilAsync(() => !Runs(_tools.PathOf("self")) && !Runs(_tools.PathOf("child")), "both end");
    }

    [Fact]
    public async Task Run_ChildThatHoldsThePipes_DoesNotKeepUsWaiting()
    {
        _tools.Add("t", $"/bin/sleep 60 & echo $! > {_tools.PathOf("child")}; echo here");
        (await RunAsync("t")).Stdout.ShouldBe("here\n");
        await WaitUntilAsync(() => !Runs(_tools.PathOf("child")), "the child ends");
    }

    [Fact]
    public async Task Start_Lines_ComeOneByOne()
    {
        _tools.Add("t", "echo one; printf 'tw'; /bin/sleep 0.1; printf 'o\\nlast'");
        var lines = new List<string>();
        await using var tool = await _tools.Runner.StartAsync(new ToolCommand { Program = "t", Arguments = [] }, lines.Add, Token);
        var output = await tool.Completion;
        lines.ShouldBe(["one", "two", "last"]);
        output.Stdout.ShouldBe("one\ntwo\nlast");
    }

    [Fact]
    public async Task Start_Disposed_EndsItAndItsGroup()
    {
        _tools.Add("t", $"echo $$ > {_tools.PathOf("self")}; echo ready; exec /bin/sleep 60");
        var ready = new TaskCompletionSource();
        var tool = await _tools.Runner.StartAsync(new ToolCommand { Program = "t", Arguments = [] }, _ => ready.TrySetResult(), Token);
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
        var pid = File.ReadAllText(_tools.PathOf("self")).Trim();
        var stat = (await File.ReadAllTextAsync($"/proc/{pid}/stat", Token)).Split(' ');
        stat[4].ShouldBe(pid, "it leads its group");
        int.Parse(stat[3], CultureInfo.InvariantCulture).ShouldBe(Environment.ProcessId);
        await tool.DisposeAsync();
        await tool.DisposeAsync();
        (await tool.Completion).ExitCode.ShouldBe(130);
        Directory.Exists("/proc/" + pid).ShouldBeFalse();
    }

    [Fact]
    public async Task Start_FromAThreadThatEnds_LivesOn()
    {
        // The parent-death signal goes by the thread that forked.
        _tools.Add("t", "/bin/sleep 0.5; echo alive");
        IRunningTool? tool = null;
        var starter = new Thread(() => tool = _tools.Runner.StartAsync(new ToolCommand { Program = "t", Arguments = [] }, null, Token).GetAwaiter().GetResult());
        starter.Start();
        starter.Join();
        await using var started = tool.ShouldNotBeNull();
        (await started.Completion).ShouldBe(new ToolOutput(0, "alive\n", ""));
    }

    [Fact]
    public async Task Start_ParentDies_KillsTheTool()
    {
        // The same wrappers as ToolRunner's, under a parent of our own that is killed without a chance to clean up.
        _tools.Add("tool", $"echo $$ > {_tools.PathOf("self")}; exec /bin/sleep 60");
        _tools.Add("parent", $"/usr/bin/setsid /usr/bin/setpriv --pdeathsig KILL -- {_tools.PathOf("tool")} & wait");
        await using var parent = await _tools.Runner.StartAsync(new ToolCommand { Program = "parent", Arguments = [] }, null, Token);
        await WaitUntilAsync(() => File.Exists(_tools.PathOf("self")) && File.ReadAllText(_tools.PathOf("self")).EndsWith('\n'), "it starts");
        await parent.DisposeAsync();
        await WaitUntilAsync(() => !Runs(_tools.PathOf("self")), "it dies with its parent");
    }
}
