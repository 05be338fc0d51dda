using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks.Fabric;

/// <summary>F5: nothing crosses from one NIC to another, tagged or untagged, though both are up.</summary>
public sealed class FabricLossCheck : IDiagnosisCheck
{
    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.FabricLoss;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        return NicPair.Suspected(situation).Where(p => p.MayHaveLeft && p.Network.Type is ("vlan" or "flat"))
            .DistinctBy(p => (p.From.Host, p.From.Device, p.To.Host, p.To.Device))
            .Select(p => Find(situation, p)).OfType<Finding>();
    }

    private Finding? Find(DiagnosisCase situation, NicPair pair)
    {
        var fabric = new FabricReading(situation, pair);
        var untagged = fabric.There.Any(f => f.Vlan is null && f.Left > 0);
        // A trunk without a native VLAN loses untagged frames as well: only another VLAN that is lost shows that it is not the VLAN.
        var tagged = fabric.There.Any(f => f.Vlan is not null && f.Vlan != pair.Vlan && f.Left > 0);
        if (!untagged || !tagged || fabric.Crossing is not null || pair.DownNic(situation) is not null)
            return null;
        var isLost = fabric.There.All(f => f.Left == 0 || FabricReading.IsLost(f));
        return new Finding
        {
            Cause = Cause,
            State = isLost ? CheckState.Fail : CheckState.Unknown,
            Host = pair.From.Host,
            Device = pair.From.Device,
            At = pair.Hops,
            Breaks = pair.Crossing(situation),
            IsObserved = true,
            Explains = [CauseCatalogue.ExternalGatewayDead],
            Evidence =
            [
                .. fabric.There.Concat(fabric.Back).Select(FabricReading.Text),
                isLost ? $"{pair.From} and {pair.To} are up" : "Nothing shows that the listener worked",
            ],
            Remedy = $"look at the switch ports of {pair.From} and {pair.To}: blocked, in the wrong VLANs, or of separate networks",
        };
    }
}
