using Steth.Contracts.Operations;
using Steth.Diagnosis.Checks;
using Steth.Diagnosis.Checks.Fabric;
using Steth.Diagnosis.Checks.Flows;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Tests.Recorded;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Tests.Checks.Flows;

/// <summary>Evidence of an exchange between two recorded ports, seen as far as a test wants.</summary>
internal static class LabCase
{
    public const string Qvo1 = "qvo4d130078-d0";
    public const string Tap3 = "tap3ea6209c-d2";
    public const string Qvo5 = "qvo39123330-2f";

    private static readonly IDiagnosisCheck[] _checks =
    [
        new NicDownCheck(), new FlowsGoneCheck(), new FirewallDropCheck(), new ForeignFlowCheck(), new PatchBrokenCheck(),
        new ProviderFlowMissingCheck(), new TunnelPortMissingCheck(), new TunnelFlowMissingCheck(), new TunnelFilteredCheck(),
        new UnderlayMtuCheck(), new UnderlayUnreachableCheck(), new VlanNotOnTrunkCheck(), new FabricLossCheck(),
    ];

    /// <summary>The exchange, with its request seen at every hop up to a device; null: answered.</summary>
    public static DiagnosisEvidence Lost(string from, string to, string? host, string? device, params ProbeKind[] kinds)
    {
        var evidence = new DiagnosisEvidence
        {
            TakenAt = DateTimeOffset.UnixEpoch,
            Version = "1",
            Symptoms = [Symptom.NoPeer],
            Port = Intent(from),
            Peer = Intent(to),
            Hosts = [.. new[] { "comp1", "comp2", "net1" }.Select(h => new HostEvidence
            {
                Name = h,
                Ovs = Recording.Ovs(h),
                Wirings = [.. new[] { from, to }.Where(p => p.StartsWith(h, StringComparison.Ordinal)).Select(Recording.Wiring)],
            })],
        };
        var hops = Hops(evidence);
        evidence.Listeners = [.. hops.Where(h => h.CanBeCaptured).Select(
            h => new ListenerEvidence { Host = h.Host, Device = h.Device, Namespace = h.Namespace })];
        evidence.Probes = [.. (kinds.Length == 0 ? [ProbeKind.EchoPeer] : kinds).Select(
            kind => Probe(kind, hops, host is null ? hops.Count : hops.ToList().FindIndex(h => h.Host == host && h.Device == device)))];
        return evidence;
    }

    /// <summary>An exchange whose request came up to a hop; all of them: it was answered.</summary>
    public static ProbeEvidence Probe(ProbeKind kind, IReadOnlyList<PathHop> hops, int last)
    {
        var request = hops.Take(last + 1).Where(h => h.CanBeCaptured).Select(h => Seen(h, true, h.RequestDirection ?? FrameDirection.In));
        var answer = last < hops.Count ? [] : hops.Where(h => h.CanBeCaptured).Select(h => Seen(
            h, false, h.RequestDirection == FrameDirection.In ? FrameDirection.Out : FrameDirection.In));
        return new ProbeEvidence
        {
            Kind = kind,
            Frame = new FrameSpec { Kind = FrameKind.IcmpEcho, Mark = 1, IpLength = kind == ProbeKind.EchoLarge ? 1450 : null },
            Attempts = 3,
            Sightings = [.. request, .. answer],
        };
    }

    public static IReadOnlyList<PathHop> Hops(DiagnosisEvidence evidence) => new PathBuilder(evidence).Build(ProbeKind.EchoPeer)[0].Hops;

    public static DiagnosisEvidence WithTrace(
        this DiagnosisEvidence evidence, string recorded, string host, string entry, string exit, long? moved = null)
    {
        evidence.Traces =
        [
            new TraceEvidence
            {
                Host = host,
                Probe = ProbeKind.EchoPeer,
                IsRequest = true,
                Entry = entry,
                Exit = exit,
                Result = Recording.Trace(recorded),
                LastFlowMoved = moved,
                SentMeanwhile = moved is null ? 0 : 3,
            },
        ];
        return evidence;
    }

    public static List<Finding> Findings(DiagnosisEvidence evidence)
    {
        var situation = new DiagnosisCase(evidence);
        return [.. _checks.SelectMany(c => c.Judge(situation))];
    }

    /// <summary>The causes that are chosen for an exchange, as <c>I2 comp1 br-int</c>.</summary>
    public static string[] Causes(DiagnosisEvidence evidence, ProbeKind kind = ProbeKind.EchoPeer)
    {
        var situation = new DiagnosisCase(evidence);
        return [.. CauseSelection.Explain(kind, situation.Outcome(kind)!, Findings(evidence))
            .Select(f => $"{f.Cause.Id} {f.Host} {f.Device}")];
    }

    private static Sighting Seen(PathHop hop, bool isRequest, FrameDirection direction) => new()
    {
        Host = hop.Host,
        Device = hop.Device,
        Namespace = hop.Namespace,
        IsRequest = isRequest,
        Message = isRequest ? "ICMP echo request" : "ICMP echo reply",
        Direction = direction,
        At = DateTimeOffset.UnixEpoch,
    };

    private static PortIntent Intent(string port)
    {
        var wiring = Recording.Wiring(port);
        return new PortIntent
        {
            Source = IntentSource.Nodes,
            PortId = wiring.PortId,
            Mac = wiring.Mac,
            Network = new NetworkIntent
            {
                Id = wiring.NetworkId,
                Type = wiring.NetworkType,
                PhysicalNetwork = wiring.PhysicalNetwork,
                SegmentationId = wiring.SegmentationId,
                Mtu = wiring.NetworkType == "vxlan" ? 1450 : 1500,
            },
        };
    }
}
