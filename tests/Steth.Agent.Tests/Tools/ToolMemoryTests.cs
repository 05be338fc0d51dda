using System.Net;
using Steth.Agent.Limits;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tools;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Tools;

/// <summary>Takes nearly all the memory that calls of this process may have, so nothing runs beside it.</summary>
[Collection(nameof(Alone))]
public sealed class ToolMemoryTests : IDisposable
{
    private readonly StandInTools _tools = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _tools.Dispose();

    [Fact]
    public async Task Run_StdoutOverTheBound_Fails()
    {
        _tools.Add("t", "/usr/bin/head -c 19922945 /dev/zero");
        (await Should.ThrowAsync<OperationException>(() => RunAsync())).Code.ShouldBe(OperationErrorCode.ToolFailed);
    }

    [Fact]
    public async Task Run_MoreThanOneCallMayHold_FailsUntilTheCallIsOver()
    {
        _tools.Add("t", "/usr/bin/head -c 12000000 /dev/zero");
        using (CallMemory.Begin())
        {
            (await RunAsync()).Stdout.Length.ShouldBe(12_000_000);
            // The program has ended, but what it printed is still the call's.
            (await Should.ThrowAsync<OperationException>(() => RunAsync())).Code.ShouldBe(OperationErrorCode.ToolFailed);
            Should.Throw<OperationException>(() => CallMemory.Announce(80 << 20)).Message.ShouldBe(
                "192 MiB of memory are in use for calls on this agent already, which is the most; ask for less, or again when other calls have ended.");
        }
        (await RunAsync()).Stdout.Length.ShouldBe(12_000_000);
        CallMemory.Announce(1L << 40); // no call, nothing to count
    }

    [Fact]
    public async Task Start_WithinACall_CountsForItselfAsItOutlivesTheCall()
    {
        _tools.Add("t", "/usr/bin/head -c 12000000 /dev/zero; exec /bin/sleep 60");
        var printed = new TaskCompletionSource();
        IRunningTool tool;
        using (CallMemory.Begin())
        {
            var seen = 0L;
            tool = await _tools.Runner.StartAsync(new ToolCommand { Program = "t", Arguments = [] }, line =>
            {
                if ((seen += line.Length) >= 11_900_000)
                    printed.TrySetResult();
            }, Token);
        }
        await printed.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
        using (CallMemory.Begin())
            Should.Throw<OperationException>(() => CallMemory.Announce(90 << 20));
        await tool.DisposeAsync();
        using (CallMemory.Begin())
            CallMemory.Announce(90 << 20);
    }

    [Fact]
    public async Task IperfRun_ADocumentThatIsCut_IsAFailure()
    {
        _tools.Add("iperf3", "case $1 in --help) echo usage; exit;; esac\nprintf '{'; /usr/bin/head -c 20000000 /dev/zero");
        var e = await Should.ThrowAsync<OperationException>(() => new IperfRunHandler(_tools.Runner).HandleAsync(
            new IperfRunParams { Server = IPAddress.Loopback, Seconds = 1 }, (_, _) => ValueTask.CompletedTask, new CallContext { CorrelationId = "t" }, Token));
        e.Message.ShouldStartWith("The output of 'iperf3' on this host is not whole: ");
    }

    private Task<ToolOutput> RunAsync() =>
        _tools.Runner.RunAsync(new ToolCommand { Program = "t", Arguments = [], Deadline = TimeSpan.FromMinutes(2) }, Token);

    [CollectionDefinition(nameof(Alone), DisableParallelization = true)]
    public sealed class Alone;
}
