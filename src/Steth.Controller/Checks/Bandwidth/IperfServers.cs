using System.Collections.Concurrent;
using System.Net;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness.Bandwidth;

namespace Steth.Controller.Checks.Bandwidth;

/// <summary>The iperf servers of a network's nodes, each a lease held as long as this lives, and the runs against them.</summary>
internal sealed class IperfServers(AgentCalls calls, BandwidthRequest request, string network, Silences silences) : IAsyncDisposable
{
    /// <summary>A server takes one test at a time, and needs a moment after each.</summary>
    private const int BusyTries = 5;

    private static readonly TimeSpan _busyPause = TimeSpan.FromMilliseconds(200);

    /// <summary>The agent gives a run that long beyond its seconds before it ends it.</summary>
    private static readonly TimeSpan _agentsOwn = TimeSpan.FromSeconds(10);

    private readonly LeaseKeeper _leases = new(calls);
    private readonly ConcurrentDictionary<string, IperfServeResult> _servers = new();
    private readonly ConcurrentDictionary<string, BandwidthProblem> _refusals = new();

    private IperfProtocol Protocol => request.UdpRateBps is null ? IperfProtocol.Tcp : IperfProtocol.Udp;

    /// <summary>Starts a server on each node, all at once. One that cannot costs the runs to it.</summary>
    public Task StartAsync(IReadOnlyList<Node> nodes, CancellationToken cancellationToken) =>
        Task.WhenAll(nodes.Select(node => StartAsync(node, cancellationToken)));

    /// <summary>Lets one node send to another.</summary>
    /// <returns>What was measured, or why nothing was.</returns>
    public async Task<(BandwidthMeasurement? Measurement, BandwidthProblem? Problem)> RunAsync(
        Node from, Node to, CancellationToken cancellationToken)
    {
        if ((silences.Of(from) ?? silences.Of(to) ?? _refusals.GetValueOrDefault(to.Name)) is { } known)
            return (null, known);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return (Measurement(await CallAsync(from, to, cancellationToken)), null);
            }
            catch (AgentException e) when (e.Code == OperationErrorCode.Busy && attempt < BusyTries)
            {
                await Task.Delay(_busyPause, calls.Time, cancellationToken);
            }
            catch (AgentException e)
            {
                return (null, await ProblemAsync(from, to, e, cancellationToken));
            }
        }
    }

    /// <summary>Ends the servers.</summary>
    public ValueTask DisposeAsync() => _leases.DisposeAsync();

    private async Task StartAsync(Node node, CancellationToken cancellationToken)
    {
        try
        {
            var server = await calls.CallAsync(
                node,
                AgentOperations.IperfServe,
                new IperfServeParams
                {
                    Port = request.Port,
                    BindAddress = AddressOf(node),
                    LeaseSeconds = calls.LeaseSeconds,
                    Protocol = Protocol
                },
                cancellationToken);
            _leases.Hold(node, server.LeaseId, calls.LeaseSeconds);
            _servers[node.Name] = server;
        }
        catch (AgentException e)
        {
            _refusals[node.Name] = e.IsSilent ? silences.Add(node, e) : NotRun(node, e.Message);
        }
    }

    private Task<IperfRunResult> CallAsync(Node from, Node to, CancellationToken cancellationToken)
    {
        var address = AddressOf(to);
        // Bound to its own address there, so that nothing goes by another network.
        var own = from.Networks.FirstOrDefault(
            place => place.Type == network && place.Address.AddressFamily == address.AddressFamily)?.Address;
        return calls.StreamAsync(
            from,
            AgentOperations.IperfRun,
            new IperfRunParams
            {
                Server = address,
                Port = _servers[to.Name].Port,
                Protocol = Protocol,
                Seconds = request.Seconds,
                Parallel = request.Streams == 1 ? null : request.Streams,
                BandwidthBps = request.UdpRateBps,
                BindAddress = own,
                Tool = _servers[to.Name].Tool,
            },
            _ => { },
            TimeSpan.FromSeconds(request.Seconds) + _agentsOwn,
            cancellationToken);
    }

    /// <summary>
    /// The client's words blame the network only when the server's agent answers, and its server has been there all the time.
    /// </summary>
    private async Task<BandwidthProblem> ProblemAsync(Node from, Node to, AgentException failure, CancellationToken cancellationToken)
    {
        if (failure.IsSilent)
            return silences.Add(from, failure);
        if (failure.Code is not (OperationErrorCode.ToolFailed or OperationErrorCode.Timeout))
            return NotRun(from, failure.Message);
        try
        {
            await calls.CallAsync(
                to, AgentOperations.LeaseRenew, new LeaseRenewParams { LeaseId = _servers[to.Name].LeaseId, Seconds = calls.LeaseSeconds },
                    cancellationToken);
            return new BandwidthProblem(from.Name, BandwidthProblemKind.NoConnection, failure.Message);
        }
        catch (AgentException e) when (e.IsSilent)
        {
            return silences.Add(to, e);
        }
        catch (AgentException e)
        {
            return _refusals[to.Name] = NotRun(to, $"its iperf server ended meanwhile: {e.Message}");
        }
    }

    private IPAddress AddressOf(Node node) => node.Networks.First(place => place.Type == network).Address;

    private static BandwidthProblem NotRun(Node node, string reason) => new(node.Name, BandwidthProblemKind.NotRun, reason);

    private static BandwidthMeasurement Measurement(IperfRunResult result) => new()
    {
        BitsPerSecond = result.Bytes > 0 ? result.BitsPerSecond : 0,
        Retransmits = result.Retransmits,
        JitterMs = result.JitterMs,
        LossPercent = result.LossPercent,
        SenderCpuPercent = result.SenderCpuPercent,
        ReceiverCpuPercent = result.ReceiverCpuPercent,
    };
}
