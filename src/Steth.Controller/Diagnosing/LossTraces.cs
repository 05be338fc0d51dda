using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Checks.Flows;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;

namespace Steth.Controller.Diagnosing;

/// <summary>Follows lost frames through the Open vSwitch bridges of every node where they may have ended.</summary>
internal sealed class LossTraces(AgentCalls calls, IReadOnlyList<Node> nodes, DiagnosisEvidence evidence)
{
    private readonly SegmentFrames _frames = new(evidence);

    /// <summary>Traces each loss on each node it may have ended on.</summary>
    public async Task<IReadOnlyList<TraceEvidence>> TraceAsync(IReadOnlyList<Loss> losses, CancellationToken cancellationToken) =>
        [.. await Task.WhenAll(losses.SelectMany(loss => Crossings(loss).Select(c => TraceAsync(loss, c, cancellationToken))))];

    /// <summary>The runs of bridges on one node that hold a suspect, with the devices before and behind them.</summary>
    private static IEnumerable<Crossing> Crossings(Loss loss)
    {
        var leg = loss.Outcome.Leg;
        var suspects = loss.Outcome.Suspects;
        for (var i = 0; i < leg.Count; i++)
        {
            if (leg[i].CanBeCaptured)
                continue;
            var end = i;
            while (end + 1 < leg.Count && !leg[end + 1].CanBeCaptured && leg[end + 1].Host == leg[i].Host)
                end++;
            var bridges = leg.Skip(i).Take(end - i + 1).ToList();
            // What left by a tunnel and did not arrive may have been sent to another node: the bridge before the NIC decides that.
            var next = end + 1 < leg.Count ? leg[end + 1] : null;
            var mayBeMisled = bridges[^1].Kind == HopKind.TunnelBridge && next is not null && suspects.Contains(next);
            // A router that asks for the next hop's MAC in vain shows nothing of the packet outside: its ARP request may be lost behind.
            var asks = i > 0 && loss.Outcome.IsRequest && leg[i - 1].Kind == HopKind.RouterGateway && suspects.Contains(leg[i - 1])
                && !bridges.Any(suspects.Contains);
            if (i > 0 && leg[i - 1].Host == leg[i].Host && (bridges.Any(suspects.Contains) || mayBeMisled || asks))
            {
                yield return new Crossing(
                    leg[i - 1],
                    bridges,
                    next is not null && next.Host == leg[i].Host ? next : null,
                    i > 1 && leg[i - 2].Host != leg[i].Host ? leg[i - 2].Host : null,
                    asks);
            }
            i = end;
        }
    }

    private async Task<TraceEvidence> TraceAsync(Loss loss, Crossing crossing, CancellationToken cancellationToken)
    {
        var host = crossing.Entry.Host;
        var trace = new TraceEvidence
        {
            Host = host,
            Probe = loss.Probe.Kind,
            IsRequest = loss.Outcome.IsRequest,
            Entry = crossing.Entry.Device,
            Exit = crossing.Exit?.Device ?? "",
            AsksForNeighbour = crossing.Asks,
        };
        try
        {
            var (bridge, inPort, vlan, tunnel) = Entry(loss, crossing);
            if (bridge is null || !DeviceName.TryParse(bridge, null, out var name))
                return trace with { Problem = $"The bridge of {crossing.Entry.Device} on {host} is not known." };
            if (Flow(loss, crossing, inPort, vlan, tunnel) is not { } flow)
                return trace with { Problem = "The MAC or the address of who answers is not known." };
            var result = await calls.CallAsync(
                nodes.First(n => n.Name == host),
                AgentOperations.OvsTrace,
                new OvsTraceParams { Bridge = name, Flow = flow, CtNext = loss.Outcome.IsRequest ? [] : TraceFlow.AnswerStates },
                cancellationToken);
            return trace with { Result = result };
        }
        catch (AgentException e)
        {
            return trace with { Problem = e.Message };
        }
    }

    private string? Flow(Loss loss, Crossing crossing, string inPort, int? vlan, TunnelEntry? tunnel)
    {
        var frame = _frames.Request(loss.Probe, loss.Outcome.Path, crossing.Entry);
        if (crossing.Asks)
        {
            return evidence.Port.Router is { Gateway.Addresses: [var own, ..], ExternalGateway: { } next }
                ? TraceFlow.Request(
                    new FrameSpec { Kind = FrameKind.ArpRequest, Mark = 0, SourceMac = frame.SourceMac, SourceIp = own, TargetIp = next },
                    inPort, vlan, tunnel)
                : null;
        }
        if (loss.Outcome.IsRequest)
            return TraceFlow.Request(frame, inPort, vlan, tunnel);
        return _frames.Answerer(loss.Probe, loss.Outcome.Path, crossing.Entry) is { } answerer
            ? TraceFlow.Answer(frame, answerer.Mac, answerer.Ip, inPort, vlan, tunnel, evidence.Port.Address)
            : null;
    }

    private (string? Bridge, string InPort, int? Vlan, TunnelEntry? Tunnel) Entry(Loss loss, Crossing crossing)
    {
        var entry = crossing.Entry;
        if (entry.Kind != HopKind.Nic)
            return (entry.Bridge, entry.Device, null, null);
        if (crossing.Bridges[0].Kind == HopKind.TunnelBridge && crossing.Sender is { } sender)
        {
            var tunnel = TunnelFrom(entry.Host, sender, _frames.Network(loss.Probe, loss.Outcome.Path, entry).SegmentationId);
            return tunnel is null ? (null, "", null, null) : (crossing.Bridges[0].Device, tunnel.Value.Port, null, tunnel.Value.Entry);
        }
        var seen = ProbeReader.At(entry, loss.Probe, loss.Outcome.IsRequest).LastOrDefault();
        var network = _frames.Network(loss.Probe, loss.Outcome.Path, entry);
        var vlan = network.Type == "vlan" ? network.SegmentationId : null;
        return (entry.Bridge, entry.Device, seen is not null ? seen.Vlan : vlan, null);
    }

    private (string Port, TunnelEntry Entry)? TunnelFrom(string host, string sender, int? segment)
    {
        var senders = TunnelEnds.Of(evidence, evidence.Host(sender));
        foreach (var port in evidence.Host(host) is { } here ? TunnelEnds.Interfaces(here, null) : [])
        {
            if (segment is { } vni && TunnelEnds.Address(port, "remote_ip") is { } from && senders.Contains(from)
                && TunnelEnds.Address(port, "local_ip") is { } to)
                return (port.Name, new TunnelEntry((uint)vni, from, to));
        }
        return null;
    }

    /// <summary>Bridges of one node in a row.</summary>
    /// <param name="Entry">The device before them.</param>
    /// <param name="Bridges">The bridges.</param>
    /// <param name="Exit">The device behind them; null: none on this node.</param>
    /// <param name="Sender">The node the frame came from, when it came from another.</param>
    /// <param name="Asks">Not the frame itself crosses, but what the router asks for the next hop.</param>
    private sealed record Crossing(PathHop Entry, IReadOnlyList<PathHop> Bridges, PathHop? Exit, string? Sender, bool Asks);
}
