using System.Net;
using System.Security.Cryptography;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Checks.Flows;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;
using Steth.Packets.Addresses;
using Steth.Packets.Decoding;
using Steth.Packets.Filters;

namespace Steth.Controller.Diagnosing;

/// <summary>Tries what else crosses between two nodes where a probe was lost between their NICs: the controls of a claim of loss.</summary>
internal sealed class LossControls(AgentCalls calls, IReadOnlyList<Node> nodes, DiagnosisEvidence evidence)
{
    private const int Count = 3;
    private const int SmallIp = 84;
    private const int IcmpOverhead = 28;

    // Whatever the underlay takes lies between these; the network's own need is added.
    private static readonly int[] _sizes = [SmallIp, 1280, 1400, 1450, 1480];

    private static readonly TimeSpan _settle = TimeSpan.FromMilliseconds(250);

    /// <summary>Tries each pair of NICs once.</summary>
    public async Task<(IReadOnlyList<FabricEvidence> Fabric, IReadOnlyList<UnderlayEvidence> Underlay)> TryAsync(
        IReadOnlyList<Loss> losses, CancellationToken cancellationToken)
    {
        var pairs = losses.SelectMany(Pairs)
            .DistinctBy(p => (p.From.Host, p.From.Device, p.To.Host, p.To.Device, p.Vlan, p.Tunnelled)).ToList();
        var underlay = Task.WhenAll(pairs.Where(p => p.Tunnelled).Select(p => PingAsync(p.From.Host, p.To.Host, cancellationToken)));
        // Marks tell the probes of one measurement from those of another. A third node that exchanges the VLAN with one of the two tells
        // whose switch port it is.
        var ends = pairs.Where(p => !p.Tunnelled).SelectMany(p => Third(p) is { } third
                ? [(p.From, p.To, p.Vlan), (p.From, third, p.Vlan), (p.To, third, p.Vlan)]
                : new[] { (p.From, p.To, p.Vlan) })
            .DistinctBy(p => (Ends(p.From, p.To), p.Vlan));
        var fabric = await Task.WhenAll(ends.Select(p => ProbeAsync(p.From, p.To, p.Vlan, cancellationToken)));
        return ([.. fabric.SelectMany(f => f)], [.. (await underlay).OfType<UnderlayEvidence>()]);

        static string Ends(PathHop one, PathHop other) => string.Join(' ', new[] { $"{one}", $"{other}" }.Order(StringComparer.Ordinal));
    }

    private IEnumerable<Pair> Pairs(Loss loss)
    {
        var leg = loss.Outcome.Leg;
        var suspects = loss.Outcome.Suspects;
        for (var i = 0; i + 1 < leg.Count; i++)
        {
            if (leg[i].Kind != HopKind.Nic || leg[i + 1].Kind != HopKind.Nic
                || !suspects.Contains(leg[i]) || !suspects.Contains(leg[i + 1]))
                continue;
            var tunnelled = leg.Take(i).Any(h => h.Host == leg[i].Host && h.Kind == HopKind.TunnelBridge);
            var seen = ProbeReader.At(leg[i], loss.Probe, loss.Outcome.IsRequest).LastOrDefault();
            var vlan = seen is not null ? seen.Vlan : evidence.Port.Network.Type == "vlan" ? evidence.Port.Network.SegmentationId : null;
            yield return new Pair(leg[i], leg[i + 1], vlan, tunnelled);
        }
    }

    private async Task<UnderlayEvidence?> PingAsync(string from, string to, CancellationToken cancellationToken)
    {
        if (TunnelEnds.Of(evidence, evidence.Host(to)) is not [var target, ..])
            return null;
        var needed = (evidence.Port.Network.Mtu ?? 1450) + Overhead(target);
        var sizes = _sizes.Where(s => s < needed).Append(needed).ToList();
        try
        {
            var answers = await Task.WhenAll(sizes.Select(size => calls.CallAsync(
                nodes.First(n => n.Name == from),
                AgentOperations.Ping,
                new PingParams
                {
                    Targets = [target],
                    Count = 2,
                    IntervalMs = 50,
                    TimeoutMs = 700,
                    Size = size - IcmpOverhead,
                    DontFragment = true,
                },
                cancellationToken)));
            if (answers.Any(a => a.Targets.Count == 0))
                throw new AgentException(from, OperationErrorCode.InternalError, $"The agent on {from} told nothing of its echoes.");
            return new UnderlayEvidence
            {
                FromHost = from,
                ToHost = to,
                Target = target,
                Sizes = [.. sizes.Zip(
                    answers.Select(a => a.Targets[0]), (size, t) => new UnderlaySize(size, t.Sent, t.Received, t.Reason))],
            };
        }
        catch (AgentException e)
        {
            return new UnderlayEvidence { FromHost = from, ToHost = to, Target = target, Sizes = [], Problem = e.Message };
        }
    }

    // The inner Ethernet header and the tunnel's own headers, as IP packets of the network meet them (the outer IP header included).
    private int Overhead(IPAddress target) => (evidence.Port.Network.Type == "gre" ? 42 : 50)
        + (target.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? 20 : 0);

    /// <summary>Another node that uses the same VLAN, with its NIC on the bridge of the same name; null: none is known.</summary>
    private PathHop? Third(Pair pair)
    {
        foreach (var host in evidence.Hosts.Where(h => h.Ovs is not null && h.Name != pair.From.Host && h.Name != pair.To.Host))
        {
            var ports = host.Ovs!.Bridges.SelectMany(b => b.Ports).ToList();
            var uses = ports.Any(p => p.OtherConfig.GetValueOrDefault("net_uuid") == evidence.Port.Network.Id?.ToString());
            var nic = host.Ovs.Bridges.FirstOrDefault(b => b.Name == pair.From.Bridge)?.Ports.SelectMany(p => p.Interfaces)
                .FirstOrDefault(i => i.Type is "" or "system");
            if (uses && nic is not null)
                return new PathHop { Host = host.Name, Device = nic.Name, Kind = HopKind.Nic, Bridge = pair.From.Bridge };
        }
        return null;
    }

    private async Task<IReadOnlyList<FabricEvidence>> ProbeAsync(
        PathHop one, PathHop other, int? own, CancellationToken cancellationToken)
    {
        if (!DeviceName.TryParse(one.Device, null, out var fromNic) || !DeviceName.TryParse(other.Device, null, out var toNic))
            return [];
        int?[] vlans = [.. new[] { own, null }.Concat(OtherVlans(one.Host, other.Host, own)).Distinct()];
        var ends = new[] { new End(one.Host, fromNic, NewMark()), new End(other.Host, toNic, NewMark()) };
        var seen = new List<(string Host, FrameDirection Direction, int? Vlan, uint Mark)>();
        var listeners = await Task.WhenAll(ends.Select(end => HostListener.StartAsync(
            calls,
            nodes.First(n => n.Name == end.Host),
            [new CapturePoint { Device = end.Nic }],
            TraceFilter.Any(TraceFilter.Probe(ends[0].Mark), TraceFilter.Probe(ends[1].Mark)),
            10,
            (_, frame) => Take(end.Host, frame),
            cancellationToken)));
        try
        {
            var problems = await Task.WhenAll(ends.Select(end => SendAsync(end, vlans, cancellationToken)));
            await Task.Delay(_settle, calls.Time, cancellationToken);
            var told = await Task.WhenAll(listeners.Select(l => l.EndAsync(cancellationToken)));
            lock (seen)
            {
                return
                [
                    .. vlans.Select(v => Evidence(ends[0], ends[1], v, problems[0] ?? told[0][0].Problem ?? told[1][0].Problem)),
                    .. vlans.Select(v => Evidence(ends[1], ends[0], v, problems[1] ?? told[0][0].Problem ?? told[1][0].Problem)),
                ];
            }
        }
        finally
        {
            foreach (var listener in listeners)
                await listener.DisposeAsync();
        }

        void Take(string host, CapturedFrame frame)
        {
            var decoded = FrameDecoder.Decode(frame.Data.Span);
            if (decoded.Probe is not { } probe)
                return;
            lock (seen)
                seen.Add((host, frame.Direction, decoded.Vlan is { } vlan ? (int)vlan.Value : null, probe.Mark));
        }

        FabricEvidence Evidence(End from, End to, int? vlan, string? problem) => new()
        {
            FromHost = from.Host,
            FromNic = from.Nic.ToString(),
            ToHost = to.Host,
            ToNic = to.Nic.ToString(),
            Vlan = vlan,
            Left = seen.Count(s => s == (from.Host, FrameDirection.Out, vlan, from.Mark)),
            Arrived = seen.Count(s => s == (to.Host, FrameDirection.In, vlan, from.Mark)),
            ListenerAlive = seen.Any(s => s.Host == to.Host && s.Mark == to.Mark && s.Direction == FrameDirection.Out)
                || seen.Any(s => s.Host == to.Host && s.Mark == from.Mark),
            Problem = problem,
        };
    }

    /// <summary>Sends untagged and tagged probes from one NIC.</summary>
    /// <returns>Why it could not; null when it could.</returns>
    private async Task<string?> SendAsync(End end, int?[] vlans, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var vlan in vlans)
            {
                await calls.CallAsync(
                    nodes.First(n => n.Name == end.Host),
                    AgentOperations.FrameSend,
                    new FrameSendParams
                    {
                        Device = end.Nic,
                        Kind = FrameKind.Probe,
                        Mark = end.Mark,
                        VlanId = vlan is { } id && VlanId.IsValid(id) ? new VlanId(id) : null,
                        Count = Count,
                        IntervalMs = 10,
                    },
                    cancellationToken);
            }
            return null;
        }
        catch (AgentException e)
        {
            return e.Message;
        }
    }

    // VLANs of the same physical network: those that ports of the two nodes use are on their trunks if anything is; others may be.
    private IEnumerable<int?> OtherVlans(string one, string other, int? own)
    {
        const int most = 2;
        return evidence.Hosts.OrderByDescending(h => h.Name == one || h.Name == other).SelectMany(h => h.Ovs?.Bridges ?? [])
            .SelectMany(b => b.Ports)
            .Where(p => p.OtherConfig.GetValueOrDefault("network_type") == "vlan"
                && p.OtherConfig.GetValueOrDefault("physical_network") == evidence.Port.Network.PhysicalNetwork)
            .Select(p => p.OtherConfig.GetValueOrDefault("segmentation_id"))
            .Select(text => int.TryParse(text, out var id) && VlanId.IsValid(id) ? id : (int?)null)
            .Where(id => id is not null && id != own).Distinct().Take(most);
    }

    private static uint NewMark() => (uint)RandomNumberGenerator.GetInt32(1, int.MaxValue);

    private sealed record Pair(PathHop From, PathHop To, int? Vlan, bool Tunnelled);

    private sealed record End(string Host, DeviceName Nic, uint Mark);
}
