using Steth.Lab.Hosts;
using Steth.Lab.Names;
using Steth.Lab.Plan;
using Steth.Lab.State;

namespace Steth.Lab.Wiring;

/// <summary>Brings a host's share of the cloud up, in the order Nova and Neutron's agents would.</summary>
internal static class NetworkNode
{
    /// <summary>Wires a host that is furnished and cabled. Guests' taps must exist when <paramref name="tapsThere"/> completes.</summary>
    public static async Task WireAsync(LabHost host, LabPlan plan, Task<string> emptyDatabase, Task tapsThere, CancellationToken ct)
    {
        await Cables.AddressAsync(host, ct);
        if (host.Name == "sw")
            await OvsNode.StartAsync(host, await emptyDatabase, PhysicalSwitch.Configuration(plan), ct);
        if (!host.Plan.IsWired)
            return;
        await PlugAsync(host, plan, tapsThere, ct);
        await OvsNode.StartAsync(host, await emptyDatabase, NodeBridges.Configuration(plan, host.Plan), ct);
        await host.IpAsync([$"addr add {host.Plan.Underlay}/24 brd + dev br-phy", "link set br-phy up", "link set br-ex up"], ct);
        await AddFlowsAsync(host, plan, ct);
        await OvsNode.VsctlAsync(host, noWait: false, NodeBridges.ForgetNumbers(plan, host.Plan), ct);
        if (host.Name == LabPlan.NetworkHost)
            await StartServersAsync(host, plan, ct);
    }

    private static async Task StartServersAsync(LabHost host, LabPlan plan, CancellationToken ct)
    {
        await host.IpAsync(plan.TenantNetworks.Select(network => network.DhcpNamespace).Append(plan.RouterNamespace)
            .Select(netns => "netns add " + netns), ct);
        foreach (var network in plan.TenantNetworks)
            DhcpServer.WriteFiles(host, plan, network);
        Metadata.WriteFiles(host, plan);
        await Task.WhenAll(plan.TenantNetworks.Select(network => DhcpServer.Start(plan, network)).Append(Router.Start(plan))
            .Select(RunAsync));

        async Task RunAsync(IEnumerable<HostCommand> commands)
        {
            foreach (var command in commands)
                await host.RunAsync(command.Command, command.Input, ct);
        }
    }

    private static async Task PlugAsync(LabHost host, LabPlan plan, Task tapsThere, CancellationToken ct)
    {
        var ports = plan.VmPortsOn(host.Name);
        if (ports.Count == 0)
            return;
        await tapsThere;
        // As libvirt does: the host's end carries the guest's MAC address with fe in front, so that no bridge takes it for its own.
        await host.IpAsync(ports.SelectMany(port => new[]
        {
            $"link set {port.Tap} address fe{port.Mac.ToString()[2..]}",
            $"link set {port.Tap} mtu {port.Network.Mtu}",
            $"link set {port.Tap} up",
        }), ct);
        var hybrid = ports.Where(port => port.IsHybrid).ToArray();
        if (hybrid.Length == 0)
            return;
        await HybridPlug.PlugAsync(host, hybrid, ct);
        await HybridPlug.FilterAsync(host, plan, ct);
    }

    private static Task AddFlowsAsync(LabHost host, LabPlan plan, CancellationToken ct)
    {
        var tunnel = StableId.Cookie(plan.Name, host.Name + " br-tun");
        return Task.WhenAll(
            OvsNode.AddFlowsAsync(host, "br-int", StableId.Cookie(plan.Name, host.Name + " br-int"), IntegrationFlows.Of(plan, host.Plan), ct),
            OvsNode.AddFlowsAsync(host, "br-ex", StableId.Cookie(plan.Name, host.Name + " br-ex"), IntegrationFlows.OfProviderBridge(plan, host.Plan), ct),
            OvsNode.AddFlowsAsync(host, "br-tun", tunnel, TunnelBridge.Flows(plan, host.Plan, tunnel), ct));
    }
}
