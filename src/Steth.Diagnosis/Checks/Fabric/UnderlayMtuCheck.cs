using System.Globalization;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks.Fabric;

/// <summary>T4: packets as large as the network's MTU are lost between two NICs, small ones are not.</summary>
public sealed class UnderlayMtuCheck : IDiagnosisCheck
{
    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.UnderlayMtu;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        // The same way must let a small packet through: the control.
        var small = situation.Evidence.Peer is null ? ProbeKind.EchoGateway : ProbeKind.EchoPeer;
        var passes = situation.Outcome(small)?.State == ProbeState.Answered;
        return NicPair.Suspected(situation).Where(p => p.Probe.Kind == ProbeKind.EchoLarge && p.DownNic(situation) is null)
            .Select(p => Find(situation, p, passes)).OfType<Finding>();
    }

    private Finding? Find(DiagnosisCase situation, NicPair pair, bool smallPasses)
    {
        var mtu = pair.Probe.Frame?.IpLength ?? pair.Network.Mtu;
        if (mtu is not { } inner)
            return null;
        var underlay = new UnderlayReading(situation, pair.From.Host, pair.To.Host);
        var needed = inner + (pair.Network.IsTunnelled ? Overhead(situation, pair) : 0);
        var narrow = Narrow(situation, pair, needed);
        var stops = underlay.Largest is { } largest && largest < needed && underlay.Sizes.Any(s => s.IpLength >= needed && s.Received == 0)
            || underlay.StopsAt is { } at && at <= needed && underlay.Largest is not null;
        // Between the NICs of a provider network the probe itself is the measure.
        var isShown = smallPasses && (stops || narrow is not null || !pair.Network.IsTunnelled && pair.IsLostBetween);
        if (underlay.Largest >= needed || !smallPasses && !stops && narrow is null)
            return null;
        var evidence = new List<string>
        {
            string.Create(
                CultureInfo.InvariantCulture,
                $"Packets of {inner} bytes need {needed} between {pair.From} and {pair.To}{(smallPasses ? "; small ones pass" : "")}"),
        };
        if (narrow is not null)
            evidence.Add(string.Create(CultureInfo.InvariantCulture,
                $"{narrow.Value.Hop.Host}: {narrow.Value.Nic.Name} has MTU {narrow.Value.Nic.Mtu}"));
        evidence.AddRange(underlay.Text);
        if (pair.IsLostBetween)
            evidence.Add($"{pair.Outcome.LastSeenText}; not at {pair.To}");
        var where = narrow is { } n ? $"on {n.Hop.Host} {n.Nic.Name}" : $"on the way between {pair.From} and {pair.To}";
        return new Finding
        {
            Cause = Cause,
            State = isShown ? CheckState.Fail : CheckState.Unknown,
            Host = (narrow?.Hop ?? pair.From).Host,
            Device = narrow?.Nic.Name ?? pair.From.Device,
            At = pair.Hops,
            Breaks = [ProbeKind.EchoLarge],
            IsObserved = true,
            Evidence = evidence,
            Remedy = string.Create(
                CultureInfo.InvariantCulture,
                $"raise the MTU to {needed} {where}")
                + (pair.Network.IsTunnelled || underlay.Largest is not null ? ", or lower the network's MTU" : ""),
        };
    }

    private static (PathHop Hop, InterfaceFacts Nic)? Narrow(DiagnosisCase situation, NicPair pair, int needed)
    {
        foreach (var hop in pair.Hops)
        {
            var facts = situation.Evidence.Host(hop.Host)?.Interfaces?.Where(f => hop.Has(f.Name) && f.Mtu < needed).MinBy(f => f.Mtu);
            if (facts is not null)
                return (hop, facts);
        }
        return null;
    }

    // Inner Ethernet header, tunnel header (UDP's too, but for GRE) and outer IP. ML2/OVS sends Geneve without options.
    private static int Overhead(DiagnosisCase situation, NicPair pair)
    {
        var isV6 = situation.Evidence.Underlay.Any(u => (u.FromHost == pair.From.Host || u.FromHost == pair.To.Host)
            && u.Target.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6);
        return (pair.Network.Type == "gre" ? 42 : 50) + (isV6 ? 20 : 0);
    }
}
