using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Verdicts;

namespace Steth.Controller.Collection;

/// <summary>Measures throughput from one node to another over chosen networks (<c>check-iperf</c>).</summary>
public sealed class IperfCheck(AgentCalls calls)
{
    /// <summary>Measures one network after the other.</summary>
    /// <param name="request">What to measure.</param>
    /// <param name="progress">Told of every interval; null: nobody wants to know.</param>
    /// <param name="cancellationToken">Ends it; the server ends with it.</param>
    public async Task<IperfCheckResult> RunAsync(
        IperfCheckRequest request, Action<IperfProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var networks = Choose(request.Server, request.Network);
        var rows = new List<IperfRow>();
        var silent = new List<Unreachable>();
        for (var i = 0; i < networks.Count; i++)
        {
            if (silent.Count > 0)
            {
                rows.Add(Row(request, networks[i], CheckState.Unknown, silent[0].Reason));
                continue;
            }
            try
            {
                rows.Add(await MeasureAsync(request, networks[i], Report(i), cancellationToken));
            }
            catch (AgentException e)
            {
                if (e.IsSilent)
                    silent.Add(new Unreachable(e.Node, e.Message));
                rows.Add(Row(request, networks[i], CheckState.Unknown, e.Message));
            }
        }
        return new IperfCheckResult { Rows = rows, Unreachable = silent };

        Action<double, double?> Report(int index) => (elapsed, rate) =>
            progress?.Invoke(new IperfProgress(networks[index].Type, index, networks.Count, elapsed, request.Seconds, rate));
    }

    /// <summary>The networks <paramref name="choice"/> stands for on a node.</summary>
    /// <param name="server">Whose networks.</param>
    /// <param name="choice">
    /// <c>mgmt</c>, <c>net</c>, <c>storage</c> or another type by name; <c>others</c>: all but those three; <c>all</c>.
    /// </param>
    /// <returns>In the configuration's order; empty when the node is on none of them.</returns>
    public static IReadOnlyList<NodeNetwork> Choose(Node server, string choice) => choice switch
    {
        "all" => server.Networks,
        "others" => [.. server.Networks.Where(n => n.Type is not ("mgmt" or "net" or "storage"))],
        _ => [.. server.Networks.Where(n => n.Type == choice)],
    };

    private async Task<IperfRow> MeasureAsync(
        IperfCheckRequest request, NodeNetwork network, Action<double, double?> report, CancellationToken cancellationToken)
    {
        await using var leases = new LeaseKeeper(calls);
        var server = await calls.CallAsync(
            request.Server,
            AgentOperations.IperfServe,
            new IperfServeParams
            {
                Port = request.Port,
                BindAddress = network.Address,
                LeaseSeconds = calls.LeaseSeconds,
                Protocol = request.Protocol,
            },
            cancellationToken);
        leases.Hold(request.Server, server.LeaseId, calls.LeaseSeconds);
        report(0, null);
        // Bound to its own address there, so that the answer cannot come by another network.
        var from = request.Client.Networks.FirstOrDefault(
            n => n.Type == network.Type && n.Address.AddressFamily == network.Address.AddressFamily);
        try
        {
            var result = await calls.StreamAsync(
                request.Client,
                AgentOperations.IperfRun,
                new IperfRunParams
                {
                    Server = network.Address,
                    Port = server.Port,
                    Protocol = request.Protocol,
                    Seconds = request.Seconds,
                    Parallel = request.Parallel,
                    BandwidthBps = request.BandwidthBps,
                    BindAddress = from?.Address,
                    Tool = server.Tool,
                },
                interval => report(interval.EndSeconds, interval.BitsPerSecond),
                TimeSpan.FromSeconds(request.Seconds),
                cancellationToken);
            return result.Bytes > 0
                ? Row(request, network, CheckState.Pass, null) with { Result = result }
                : Row(request, network, CheckState.Fail, $"nothing arrived at {network.Address}") with { Result = result };
        }
        catch (AgentException e) when (e.Code is OperationErrorCode.ToolFailed or OperationErrorCode.Timeout)
        {
            // The server listens, the client's agent answers, and yet nothing was measured: the network between them does not carry it.
            return Row(request, network, CheckState.Fail, e.Message);
        }
    }

    private static IperfRow Row(IperfCheckRequest request, NodeNetwork network, CheckState state, string? reason) =>
        new() { Network = network.Type, Protocol = request.Protocol, State = state, Reason = reason };
}

/// <summary>What to measure.</summary>
public sealed record IperfCheckRequest
{
    /// <summary>Runs the server.</summary>
    public required Node Server { get; init; }

    /// <summary>Sends.</summary>
    public required Node Client { get; init; }

    /// <summary>See <see cref="IperfCheck.Choose"/>.</summary>
    public string Network { get; init; } = "mgmt";

    /// <summary>TCP or UDP.</summary>
    public IperfProtocol Protocol { get; init; } = IperfProtocol.Tcp;

    /// <summary>1–65535.</summary>
    public int Port { get; init; } = 5001;

    /// <summary>How long to send, 1–3600 s a network.</summary>
    public int Seconds { get; init; } = 5;

    /// <summary>Streams at once, 1–128; null: one.</summary>
    public int? Parallel { get; init; }

    /// <summary>Target rate a stream in bit/s; null: unlimited for TCP, the tool's default for UDP.</summary>
    public long? BandwidthBps { get; init; }
}

/// <summary>How far it is.</summary>
/// <param name="Network">The network being measured.</param>
/// <param name="Index">Which of them, from 0.</param>
/// <param name="Count">How many networks there are to measure.</param>
/// <param name="ElapsedSeconds">Of this network.</param>
/// <param name="Seconds">It will take in all for this network.</param>
/// <param name="BitsPerSecond">Rate in the last interval; null before the first.</param>
public sealed record IperfProgress(string Network, int Index, int Count, double ElapsedSeconds, int Seconds, double? BitsPerSecond);

/// <summary>One row a network.</summary>
public sealed record IperfCheckResult
{
    /// <summary>In the configuration's order.</summary>
    public required IReadOnlyList<IperfRow> Rows { get; init; }

    /// <summary>Agents that did not answer.</summary>
    public required IReadOnlyList<Unreachable> Unreachable { get; init; }
}

/// <summary>One network.</summary>
public sealed record IperfRow
{
    /// <summary>Its type: <c>mgmt</c>.</summary>
    public required string Network { get; init; }

    /// <summary>TCP or UDP.</summary>
    public required IperfProtocol Protocol { get; init; }

    /// <summary>PASS: measured. FAIL: both agents answer and nothing crosses. UNKNOWN: could not be measured.</summary>
    public required CheckState State { get; init; }

    /// <summary>Why not; null when it was measured.</summary>
    public string? Reason { get; init; }

    /// <summary>The measurement; null when there is none.</summary>
    public IperfRunResult? Result { get; init; }
}
