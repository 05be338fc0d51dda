using System.Globalization;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks.Flows;

/// <summary>
/// U2: the flow that turns the local VLAN into the segment (on the provider bridge, outwards) or the segment into the local VLAN (on the
/// integration bridge, inwards) is missing or wrong.
/// </summary>
public sealed class ProviderFlowMissingCheck : TraceCheck
{
    /// <inheritdoc/>
    public override Cause Cause => CauseCatalogue.ProviderFlowMissing;

    private protected override Finding? Find(TracedWay way)
    {
        if (!way.Bridges.Any(b => b.Kind == HopKind.ProviderBridge) || way.Bridge is not { } bridge
            || way.Steps.Any(s => FlowOwner.IsForeign(way.Situation, way.Trace.Host, s) && way.Bridges.Any(b => b.Device == s.Bridge)))
        {
            return null;
        }
        var what = way.IsInbound ? Inwards(way, bridge) : Outwards(way, bridge);
        return what is null ? null : Observed(
            way, bridge.Device, [bridge], what, $"on {bridge.Host} restart neutron-openvswitch-agent, which writes the flow anew");
    }

    private static string? Inwards(TracedWay way, PathHop bridge)
    {
        if (way.IsDelivered || bridge.Kind != HopKind.IntegrationBridge || way.End is not { } end || end is { Table: 0, Match: null })
            return null;
        var translating = way.Steps.FirstOrDefault(s => s.Bridge == bridge.Device && s.Table == 0);
        if (translating is null)
            return null;
        var tag = translating.Actions.FirstOrDefault(a => a.EndsWith("->vlan_vid", StringComparison.Ordinal));
        if (tag is null)
            return $"{TracedWay.Text(translating)}: no flow turns the segment into the network's local VLAN";
        var wrong = LocalVlan(way) is { } local
            && tag != string.Create(CultureInfo.InvariantCulture, $"set_field:{local | 0x1000}->vlan_vid");
        return wrong ? $"{TracedWay.Text(translating)}: the local VLAN of {way.Trace.Exit} is another" : null;
    }

    private static string? Outwards(TracedWay way, PathHop bridge)
    {
        if (bridge.Kind != HopKind.ProviderBridge || way.End is not { } end)
            return null;
        if (!way.IsDelivered)
            return TracedWay.IsDrop(end) ? $"{TracedWay.Text(end)}: no flow turns the local VLAN into the segment" : null;
        if (Segment(way) is not { } segment || way.Exit!.Value.Vlan == segment.Vlan)
            return null;
        return $"{TracedWay.Text(end)}: it leaves {Tag(way.Exit!.Value.Vlan)} instead of {Tag(segment.Vlan)}";
    }

    private static string Tag(int? vlan) => vlan is { } tag ? string.Create(CultureInfo.InvariantCulture, $"tagged {tag}") : "untagged";

    // The tag the agent chose, not the one the port may have been given since.
    private static int? LocalVlan(TracedWay way)
    {
        var host = way.Situation.Evidence.Host(way.Trace.Host);
        var port = host?.Ovs?.Bridges.SelectMany(b => b.Ports).FirstOrDefault(p => p.Name == way.Trace.Exit);
        return port is not null && port.OtherConfig.TryGetValue("tag", out var text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var tag) ? tag : null;
    }

    private static (int? Vlan, string Type)? Segment(TracedWay way)
    {
        var host = way.Situation.Evidence.Host(way.Trace.Host);
        var port = host?.Ovs?.Bridges.SelectMany(b => b.Ports).FirstOrDefault(p => p.Name == way.Trace.Entry);
        if (port is null || !port.OtherConfig.TryGetValue("network_type", out var type) || type is not ("vlan" or "flat"))
            return null;
        if (type == "flat")
            return (null, type);
        return port.OtherConfig.TryGetValue("segmentation_id", out var text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? (id, type) : null;
    }
}
