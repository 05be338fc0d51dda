using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness.Bandwidth;

namespace Steth.Controller.Checks.Bandwidth;

/// <summary>Throughput between nodes, both ways (<c>steth check bandwidth</c>).</summary>
/// <remarks>
/// An iperf server on every node of a network first; then round after round, in which no node has two runs at a time. The servers are
/// leases: they end with the check, and by themselves when the controller is gone.
/// </remarks>
public sealed class BandwidthCheck(AgentCalls calls)
{
    /// <summary>Starting iperf and agreeing on a test, on both sides.</summary>
    private static readonly TimeSpan Overhead = TimeSpan.FromSeconds(0.5);

    /// <summary>Measures and judges.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="request">What to measure, and how.</param>
    /// <param name="progress">Told how far it is; null: nobody wants to know.</param>
    /// <param name="cancellationToken">Ends it; nothing stays behind on the nodes.</param>
    public async Task<BandwidthReport> RunAsync(
        IReadOnlyList<Node> nodes, BandwidthRequest request, Action<CheckProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(request);
        var start = calls.Time.GetTimestamp();
        progress?.Invoke(new CheckProgress(null, FormattableString.Invariant($"asking {nodes.Count} nodes for their NICs")));
        var silences = new Silences();
        var nics = await NicsAsync(nodes, request.Networks, silences, cancellationToken);
        var networks = request.Networks.Select(network => new NetworkRuns(calls, request, network, nodes, silences)).ToArray();
        var rounds = networks.Sum(network => network.Rounds.Count);
        var told = new RunProgress(
            calls.Time, networks.Sum(network => network.RunCount), rounds, 2 * (TimeSpan.FromSeconds(request.Seconds) + Overhead),
                progress);
        var runs = new List<BandwidthRun>();
        foreach (var network in networks)
            runs.AddRange(await network.MeasureAsync(told, cancellationToken));
        return BandwidthJudge.Judge(new BandwidthEvidence
        {
            IsUdp = request.UdpRateBps is not null,
            Streams = request.Streams,
            SendBitsPerSecond = request.UdpRateBps * request.Streams,
            Least = request.Least,
            Runs = runs,
            Nics = nics,
            Unreachable = silences.Among(nodes),
            Lonely = [.. networks.Where(network => network.IsLonely).Select(network => network.Name)],
        }) with
        {
            TookMs = (long)calls.Time.GetElapsedTime(start).TotalMilliseconds,
        };
    }

    /// <summary>The speed of each node's NIC on each network. An agent that cannot tell costs that only.</summary>
    private async Task<IReadOnlyDictionary<(string Node, string Network), NicSpeed>> NicsAsync(
        IReadOnlyList<Node> nodes, IReadOnlyList<string> networks, Silences silences, CancellationToken cancellationToken)
    {
        var speeds = new Dictionary<(string Node, string Network), NicSpeed>();
        foreach (var answer in await calls.AskAllAsync(nodes, AgentOperations.InterfaceList, new InterfaceListParams(), cancellationToken))
        {
            if (answer.Failure is { IsSilent: true } silence)
                silences.Add(answer.Node, silence);
            foreach (var network in networks.Where(type => answer.Node.Networks.Any(place => place.Type == type)))
            {
                var nic = answer.Result is { } found
                    ? NodeNic.Find(answer.Node, new NicChoice { Network = network }, found.Interfaces).Nic
                    : null;
                // What a veth or a tun tells is a number somebody made up: there is no link.
                var speed = nic is { Kind: null or "bond", SpeedMbps: > 0 } ? nic.SpeedMbps * 1e6 : null;
                speeds[(answer.Node.Name, network)] = new NicSpeed(nic?.Name, speed);
            }
        }
        return speeds;
    }
}
