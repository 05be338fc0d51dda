using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// P5: the router's admin_state_up is off by Neutron's word. Its L3 agent then takes the router down (neutron/agent/l3/agent.py treats it
/// as one to be removed).
/// </summary>
public sealed class RouterAdminDownCheck : IDiagnosisCheck
{
    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.RouterAdminDown;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        if (situation.Port.Router is not { AdminUp: false } router)
            yield break;
        var probes = situation.RouterProbes();
        yield return new Finding
        {
            Cause = Cause,
            At = situation.Reach(probes, router.Interface?.PortId, router.Gateway?.PortId),
            Breaks = probes,
            Explains =
            [
                CauseCatalogue.RouterMissing, CauseCatalogue.RouterNotConfigured, CauseCatalogue.NatMissing,
                CauseCatalogue.FloatingIpUnanswered, CauseCatalogue.ExternalGatewayDead, CauseCatalogue.MetadataProxyMissing,
                CauseCatalogue.PortNotWired,
            ],
            Evidence = [$"Neutron: admin_state_up of router {router.Name ?? router.Id?.ToString()} is off; it should be on"],
            Remedy = $"run 'openstack router set --enable {router.Id?.ToString() ?? router.Name}'",
        };
    }
}
