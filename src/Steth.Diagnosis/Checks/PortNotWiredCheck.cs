using System.Globalization;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// I1: a port of the way (a guest's qvo or tap, a DHCP server's tap, a router's qr- or qg-) is not on br-int, is on Neutron's dead VLAN
/// 4095 or on another tag than its agent wrote down (Port other_config:tag), or Open vSwitch cannot use it (Interface error,
/// ovs-vswitchd.conf.db(5)).
/// </summary>
public sealed class PortNotWiredCheck : IDiagnosisCheck
{
    private static readonly WiringProblem[] _ofOvs =
        [WiringProblem.OffBridge, WiringProblem.OvsError, WiringProblem.DeadVlan, WiringProblem.WrongTag];

    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.PortNotWired;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        var services = situation.ServicePorts()
            .Select(p => situation.Place(p.PortId)).OfType<(HostEvidence Host, PortWiringResult Wiring)>();
        var all = situation.Guests().Select(g => (g.Host, g.Wiring)).Concat(services).DistinctBy(p => (p.Host.Name, p.Wiring.PortId));
        foreach (var (host, wiring) in all)
        {
            if (wiring.Devices.LastOrDefault(d => d.Kind != PortDeviceKind.Nic) is not { } device || Wrong(device) is not { } wrong)
                continue;
            yield return new Finding
            {
                Cause = Cause,
                Host = host.Name,
                Device = device.Device,
                At = [.. situation.HopsOf(host.Name, device.Device).Where(h => h.PortId == wiring.PortId)],
                Explains =
                [
                    CauseCatalogue.FirewallDrop, CauseCatalogue.ForeignFlow, CauseCatalogue.ProviderFlowMissing,
                    CauseCatalogue.TunnelFlowMissing, CauseCatalogue.DhcpServerHung, CauseCatalogue.ExternalGatewayDead,
                    CauseCatalogue.FloatingIpUnanswered,
                ],
                Evidence = [$"{host.Name}: {device.Device} {Words(wiring, device, wrong)}"],
                Remedy = Remedy(situation.Port, host.Name, wiring, device, wrong),
            };
        }
    }

    // A tap that the kernel does not have is the tap's fault (V1, D5, R2), whatever Open vSwitch says of it; a qvo exists for br-int alone.
    private static WiringProblem? Wrong(PortDevice device)
    {
        var problems = device.Problems.AsEnumerable();
        if (device.Kind == PortDeviceKind.Qvo)
            problems = problems.OrderBy(p => p is WiringProblem.Missing or WiringProblem.Down ? 0 : 1)
                .Where(p => p is WiringProblem.Missing or WiringProblem.Down || _ofOvs.Contains(p));
        else if (device.Problems.Contains(WiringProblem.Missing))
            problems = [];
        else
            problems = problems.Where(_ofOvs.Contains);
        return problems.Select(p => (WiringProblem?)p).FirstOrDefault();
    }

    private static string Words(PortWiringResult wiring, PortDevice device, WiringProblem wrong)
    {
        var bridge = device.Bridge ?? "br-int";
        var vlan = wiring.LocalVlan?.ToString(CultureInfo.InvariantCulture) ?? "none";
        return wrong switch
        {
            WiringProblem.Missing => $"is missing; it should be a port of {bridge}",
            WiringProblem.Down => "is down; it should be up",
            WiringProblem.OffBridge => $"is not a port of {bridge}; it should be",
            WiringProblem.DeadVlan => $"has tag 4095 on {bridge}, Neutron's dead VLAN; it should have the local VLAN of its network",
            WiringProblem.WrongTag =>
                $"has tag {vlan} on {bridge}, not the local VLAN Neutron's agent wrote down ({device.Problem ?? "other_config:tag"})",
            _ => $"cannot be used by Open vSwitch: {device.Problem ?? "its interface has an error"}",
        };
    }

    private static string Remedy(PortIntent port, string host, PortWiringResult wiring, PortDevice device, WiringProblem wrong)
    {
        if (wrong == WiringProblem.Down)
            return $"on {host} run 'ip link set {device.Device} up'";
        if (wrong is WiringProblem.DeadVlan or WiringProblem.WrongTag)
            return $"on {host} restart neutron-openvswitch-agent; if the tag stays, look in its log for port {wiring.PortId}";
        if (port.DhcpPorts.Any(p => p.PortId == wiring.PortId))
            return $"on {host} restart neutron-dhcp-agent, which plugs {device.Device} again";
        if (port.Router is { } router && (router.Interface?.PortId == wiring.PortId || router.Gateway?.PortId == wiring.PortId))
            return $"on {host} restart neutron-l3-agent, which plugs {device.Device} again";
        return $"reboot the guest on {host} hard, so that Nova plugs {device.Device} into {device.Bridge ?? "br-int"} again";
    }
}
