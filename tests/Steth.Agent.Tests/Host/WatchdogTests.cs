using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Steth.Agent.Host;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Host;

public class WatchdogTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Agent_UnderSystemd_IsHeardWhileItWorksAndNotWhileItIsStopped()
    {
        var path = Path.Combine(Path.GetTempPath(), $"steth-watchdog-{Guid.NewGuid():N}");
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            await using var agent = await AgentProcess.StartAsync(("NOTIFY_SOCKET", path), ("WATCHDOG_USEC", "900000"));
            (await ReceiveAsync(socket, 10)).ShouldBe("READY=1");
            for (var i = 0; i < 4; i++)
                (await ReceiveAsync(socket, 5)).ShouldBe("WATCHDOG=1");
            agent.Signal(AgentProcess.SigStop);
            while (await ReceiveAsync(socket, 1) is not null)
            {
            }
            (await ReceiveAsync(socket, 1)).ShouldBeNull();
            agent.Signal(AgentProcess.SigCont);
            (await ReceiveAsync(socket, 5)).ShouldBe("WATCHDOG=1");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Start_CallsThatHang_AreNotHeardUntilOneIsAnswered()
    {
        var hanging = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var heard = new SemaphoreSlim(0);
        var dispatcher = new Dispatcher(NullLogger.Instance);
        var asked = 0;
        dispatcher.Map(AgentOperations.AgentInfo, async (_, _, token) =>
        {
            Interlocked.Increment(ref asked);
            await hanging.Task.WaitAsync(token);
            return await new Agent.Operations.AgentInfoHandler(new AgentOptions(), null, new Agent.Tools.ToolRunner(), TimeProvider.System)
                .HandleAsync(new AgentInfoParams(), new CallContext { CorrelationId = "t" }, token);
        });
        await using var watchdog = Start("300000", dispatcher, state =>
        {
            state.ShouldBe("WATCHDOG=1");
            heard.Release();
        });
        watchdog.ShouldNotBeNull();
        (await heard.WaitAsync(TimeSpan.FromSeconds(1), Token)).ShouldBeFalse();
        // It goes on asking.
        Volatile.Read(ref asked).ShouldBeGreaterThan(1);
        hanging.SetResult();
        (await heard.WaitAsync(TimeSpan.FromSeconds(5), Token)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("0", null)]
    [InlineData("soon", null)]
    [InlineData("300000", "1")]
    public void Start_NobodyWantsToHearOfThisProcess_IsNone(string? wanted, string? process) =>
        Start(wanted, new Dispatcher(NullLogger.Instance), _ => { }, process).ShouldBeNull();

    private static Watchdog? Start(string? wanted, Dispatcher dispatcher, Action<string> tell, string? process = null) =>
        Watchdog.Start(name => name == "WATCHDOG_USEC" ? wanted : process, dispatcher, TimeProvider.System, tell);

    private static async Task<string?> ReceiveAsync(Socket socket, int seconds)
    {
        var buffer = new byte[256];
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(seconds));
        try
        {
            return Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, patience.Token));
        }
        catch (OperationCanceledException) when (!Token.IsCancellationRequested)
        {
            return null;
        }
    }
}
