using System.Globalization;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// P2: an agent of Neutron that the port's way needs does not report or is administratively down (Neutron's list of agents: alive is a
/// heartbeat within agent_down_time). A remark: what a dead agent has wired goes on working, so only the faults it leaves stop packets.
/// </summary>
public sealed class AgentDeadCheck : IDiagnosisCheck
{
    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.AgentDead;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        foreach (var agent in situation.Port.Agents ?? [])
        {
            var host = situation.HostCalled(agent.Host)?.Name ?? agent.Host;
            if (agent.Alive && agent.AdminUp || Leaves(agent) is not { } leaves || !IsNeeded(situation, agent, host))
                continue;
            var since = agent.HeartbeatAt is { } at ? string.Create(CultureInfo.InvariantCulture, $" since {at:u}") : "";
            yield return new Finding
            {
                Cause = Cause,
                Host = host,
                Device = agent.Binary,
                IsRemark = true,
                Explains = leaves,
                Evidence =
                [
                    agent.Alive ? $"Neutron: {agent.Binary} of {agent.Host} is administratively down; it should be up"
                        : $"Neutron: {agent.Binary} of {agent.Host} has not reported{since}; it should be alive",
                ],
                Remedy = agent.Alive
                    ? $"set {agent.Binary} of {agent.Host} up with 'openstack network agent set --enable AGENT'"
                    : $"on {host} look in the log of {agent.Binary} and run 'systemctl restart {agent.Binary}'",
            };
        }
    }

    private static IReadOnlyList<Cause>? Leaves(AgentIntent agent) => agent.Binary switch
    {
        "neutron-openvswitch-agent" =>
        [
            CauseCatalogue.PortNotWired, CauseCatalogue.FlowsGone, CauseCatalogue.TunnelPortMissing, CauseCatalogue.TunnelFlowMissing,
            CauseCatalogue.ProviderFlowMissing, CauseCatalogue.BindingFailed,
        ],
        "neutron-dhcp-agent" => [CauseCatalogue.DhcpServerMissing, CauseCatalogue.DhcpHostMissing],
        "neutron-l3-agent" =>
        [
            CauseCatalogue.RouterMissing, CauseCatalogue.RouterNotConfigured, CauseCatalogue.NatMissing,
            CauseCatalogue.MetadataProxyMissing,
        ],
        "neutron-metadata-agent" => [CauseCatalogue.MetadataBackendBroken],
        _ => null,
    };

    private static bool IsNeeded(DiagnosisCase situation, AgentIntent agent, string host) => agent.Binary switch
    {
        "neutron-openvswitch-agent" => agent.Host == situation.Port.BindingHost || situation.Hops.Any(h => h.Host == host),
        "neutron-dhcp-agent" => situation.DhcpHosts().Any(h => h.Name == host)
            || situation.Port.DhcpAgentHosts?.Contains(agent.Host) == true,
        "neutron-l3-agent" => situation.RouterHosts().Any(h => h.Name == host)
            || situation.Port.Router?.Hosts?.Contains(agent.Host) == true,
        _ => (situation.Probe(ProbeKind.SynMetadata) ?? situation.Probe(ProbeKind.ArpMetadata)) is not null
            && (PathBuilder.IsMetadataOverDhcp(situation.Evidence) ? situation.DhcpHosts() : situation.RouterHosts())
                .Any(h => h.Name == host),
    };
}
