using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks.Fabric;

/// <summary>
/// F1: the network's VLAN (or, of a flat network, untagged frames) does not cross between two NICs, while other frames do.
/// </summary>
public sealed class VlanNotOnTrunkCheck : IDiagnosisCheck
{
    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.VlanNotOnTrunk;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        return NicPair.Suspected(situation).Where(p => p.MayHaveLeft && p.Network.Type is ("vlan" or "flat"))
            .DistinctBy(p => (p.From.Host, p.From.Device, p.To.Host, p.To.Device, p.Vlan))
            .Select(p => Find(situation, p)).OfType<Finding>();
    }

    private Finding? Find(DiagnosisCase situation, NicPair pair)
    {
        if (pair.DownNic(situation) is not null)
            return null;
        var fabric = new FabricReading(situation, pair);
        if (fabric.Own is not { } own)
        {
            return pair.IsLostBetween
                ? Undecided(pair, $"It was not measured what of {pair.VlanText} comes from {pair.From} to {pair.To}"
                    + (fabric.Problem is { } problem ? $": {problem}" : ""))
                : null;
        }
        if (own.Arrived > 0)
            return null;
        if (!FabricReading.IsLost(own))
            return Undecided(pair,
                $"{FabricReading.Text(own)}: {(own.Left == 0 ? "none was seen leaving" : "nothing shows that the listener worked")}");
        var side = fabric.Side();
        var control = fabric.Crossing;
        if (control is null)
        {
            // Where other VLANs do not cross either it is another cause.
            if (fabric.There.Any(f => f.Vlan != pair.Vlan && f.Vlan is not null && FabricReading.IsLost(f)))
                return null;
            // Untagged frames do not cross a trunk without a native VLAN: then a third node has to show that one side works.
            control = fabric.There.FirstOrDefault(f => f.Vlan is null && f != own && FabricReading.IsLost(f));
            if (pair.Vlan is null || control is null || side is null)
            {
                return Undecided(pair, $"{FabricReading.Text(own)}; nothing shows that other frames cross: "
                    + $"{(control is null ? "" : "untagged frames do not either, ")}no other VLAN and no third node were there to try");
            }
        }
        var blamed = side ?? pair.From;
        return new Finding
        {
            Cause = Cause,
            Host = blamed.Host,
            Device = blamed.Device,
            At = pair.Hops,
            Breaks = pair.Crossing(situation),
            IsObserved = true,
            Explains = [CauseCatalogue.FabricLoss],
            Evidence =
            [
                FabricReading.Text(own),
                control.Arrived > 0 ? FabricReading.Text(control)
                    : $"{FabricReading.Text(control)}, as on a trunk without a native VLAN",
                side is null
                    ? $"The switch ports of {pair.From} and {pair.To} were not told apart"
                    : $"{(side == pair.From ? pair.To : pair.From)} exchanges {pair.VlanText} with a third node",
            ],
            Remedy = pair.Vlan is null
                ? $"make the native VLAN the same on the switch ports of {pair.From} and {pair.To}"
                : $"allow {pair.VlanText} on the switch port{(side is null ? $"s of {pair.From} and {pair.To}" : $" of {side}")}",
        };
    }

    private Finding Undecided(NicPair pair, string why) => new()
    {
        Cause = Cause,
        State = CheckState.Unknown,
        Host = pair.From.Host,
        Device = pair.From.Device,
        At = pair.Hops,
        Evidence = [why],
    };
}
