using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;

namespace Steth.Controller.Diagnosing;

/// <summary>Sends probes where they enter: as the port's guest, as the peer's, or as what the outside sends to a floating IP.</summary>
internal sealed class ProbeSender(AgentCalls calls, IReadOnlyList<Node> nodes, DiagnosisEvidence evidence)
{
    /// <summary>Sends each probe's frame.</summary>
    /// <param name="probes">Probes with a frame.</param>
    /// <param name="copies">How often each is sent, back to back, 1–3.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What became of each; nothing is thrown for an agent.</returns>
    public async Task<IReadOnlyList<(ProbeKind Probe, SentProbe Sent)>> SendAsync(
        IReadOnlyList<ProbeEvidence> probes, int copies, CancellationToken cancellationToken)
    {
        var outside = probes.FirstOrDefault(p => p.Kind == ProbeKind.EchoFloating);
        var peers = probes.FirstOrDefault(p => p.Kind == ProbeKind.EchoFromPeer);
        List<ProbeEvidence> own = [.. probes.Where(p => p != outside && p != peers)];
        var sent = await Task.WhenAll(
            AsGuestAsync(evidence.Port.PortId, own, copies, cancellationToken),
            AsGuestAsync(evidence.Peer?.PortId, peers is null ? [] : [peers], copies, cancellationToken),
            FromOutsideAsync(outside, copies, cancellationToken));
        return [.. sent.SelectMany(s => s)];
    }

    private async Task<(ProbeKind, SentProbe)[]> AsGuestAsync(
        Guid? port, List<ProbeEvidence> probes, int copies, CancellationToken cancellationToken)
    {
        if (probes.Count == 0)
            return [];
        if (port is not { } id || PathBuilder.HostOf(evidence, id) is not { } host)
            return All(probes, new SentProbe { Failure = "no node that answers has the port" });
        try
        {
            var sent = await calls.CallAsync(
                nodes.First(n => n.Name == host.Name),
                AgentOperations.GuestSend,
                new GuestSendParams
                {
                    PortId = id,
                    Frames = [.. Enumerable.Repeat(probes, copies).SelectMany(p => p).Select(p => p.Frame!)],
                },
                cancellationToken);
            return All(probes, new SentProbe { Host = host.Name, Method = sent.Injection, Note = sent.InjectionNote });
        }
        catch (AgentException e)
        {
            return All(probes, new SentProbe { Failure = e.Message });
        }
    }

    private async Task<(ProbeKind, SentProbe)[]> FromOutsideAsync(ProbeEvidence? probe, int copies, CancellationToken cancellationToken)
    {
        if (probe is null)
            return [];
        var nic = new PathBuilder(evidence).Build(probe.Kind)[0].Hops.FirstOrDefault(h => h.Kind == HopKind.Nic);
        if (nic is null || !DeviceName.TryParse(nic.Device, null, out var device))
            return All([probe], new SentProbe { Failure = "the NIC of the external network is not known" });
        var frame = probe.Frame!;
        try
        {
            await calls.CallAsync(
                nodes.First(n => n.Name == nic.Host),
                AgentOperations.FrameSend,
                new FrameSendParams
                {
                    Device = device,
                    AsReceived = true,
                    Kind = frame.Kind,
                    VlanId = frame.VlanId,
                    SourceMac = frame.SourceMac,
                    DestinationMac = frame.DestinationMac,
                    SourceIp = frame.SourceIp,
                    TargetIp = frame.TargetIp,
                    Mark = frame.Mark,
                    Count = copies,
                    IntervalMs = 0,
                },
                cancellationToken);
            return All([probe], new SentProbe { Host = nic.Host, Method = InjectionMethod.Device });
        }
        catch (AgentException e)
        {
            return All([probe], new SentProbe { Failure = e.Message });
        }
    }

    private static (ProbeKind, SentProbe)[] All(List<ProbeEvidence> probes, SentProbe sent) => [.. probes.Select(p => (p.Kind, sent))];
}

/// <summary>What became of sending a probe.</summary>
internal sealed record SentProbe
{
    /// <summary>The node it entered on; null: it did not.</summary>
    public string? Host { get; init; }

    /// <summary>How it entered.</summary>
    public InjectionMethod Method { get; init; }

    /// <summary>Why not where the guest's own frames enter; null: it was there.</summary>
    public string? Note { get; init; }

    /// <summary>Why it could not be sent; null: it was.</summary>
    public string? Failure { get; init; }
}
