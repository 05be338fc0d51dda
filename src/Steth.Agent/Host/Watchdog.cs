using System.Globalization;
using System.Text.Json;
using Steth.Agent.Rpc;
using Steth.Contracts;

namespace Steth.Agent.Host;

/// <summary>
/// Tells systemd that the agent works (<c>WATCHDOG=1</c>, sd_watchdog_enabled(3)), three times as often as it wants to hear it, and only
/// after the agent has answered a call of its own: one that goes through the thread pool and the dispatcher as any other. When the answer
/// does not come, nothing is told, and systemd ends the agent and starts it anew.
/// </summary>
internal sealed class Watchdog : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private Watchdog(TimeSpan interval, Dispatcher dispatcher, TimeProvider time, Action<string> tell) =>
        _running = RunAsync(interval, dispatcher, time, tell, _stop.Token);

    /// <summary>Starts it when systemd wants to hear from this process; null: it does not.</summary>
    /// <param name="environment">Looks an environment variable up: WATCHDOG_USEC, WATCHDOG_PID.</param>
    /// <param name="dispatcher">Has to answer <c>agent.info</c>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tell">Sends a state to systemd.</param>
    public static Watchdog? Start(Func<string, string?> environment, Dispatcher dispatcher, TimeProvider time, Action<string> tell)
    {
        if (!long.TryParse(environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) || wanted <= 0)
            return null;
        if (environment("WATCHDOG_PID") is { Length: > 0 } process
            && process != Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            return null;
        return new Watchdog(TimeSpan.FromMicroseconds(wanted) / 3, dispatcher, time, tell);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private static async Task RunAsync(
        TimeSpan interval, Dispatcher dispatcher, TimeProvider time, Action<string> tell, CancellationToken cancellationToken)
    {
        // A call that hangs costs its own beat and is asked again; it does not hang the clock.
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            do
            {
                var answer = Task.Run(() => AskAsync(dispatcher, cancellationToken), cancellationToken);
                await Task.WhenAny(answer, Task.Delay(interval, time, cancellationToken));
                if (answer is { IsCompletedSuccessfully: true, Result: true })
                    tell("WATCHDOG=1");
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // The agent stops.
        }
    }

    private static async Task<bool> AskAsync(Dispatcher dispatcher, CancellationToken cancellationToken)
    {
        var self = new CallContext { CorrelationId = "watchdog", Caller = new Caller(null, Role.Read, Role.Read) };
        using var body = JsonDocument.Parse($$"""{"jsonrpc":"2.0","id":1,"method":"{{AgentOperations.AgentInfo.Name}}"}""");
        var outcome = await dispatcher.ExecuteAsync(RpcRequest.Read(body.RootElement), null, self, cancellationToken);
        return outcome.Error is null;
    }
}
