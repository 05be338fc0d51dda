using Steth.Lab.Hosts;
using Steth.Lab.Names;
using Steth.Lab.Plan;
using Steth.Lab.State;

namespace Steth.Lab.Wiring;

/// <summary>Brings a host's share of the cloud up, in the order Nova and Neutron's agents would.</summary>
internal static class NetworkNode
{
    /// <summary>Wires a host that is furnished and cabled. Guests' taps must exist when <paramref name="tapsThere"/> completes.</summary>
    public static async Task WireAsync(
        LabHost host, LabPlan plan, HostKernel kernel, string emptyDatabase, Task tapsThere, CancellationToken ct)
    {
        await Cables.AddressAsync(host, ct);
        if (host.Name == "sw")
            await OvsNode.StartAsync(host, emptyDatabase, PhysicalSwitch.Configuration(plan, kernel.Datapath), ct);
        if (!host.Plan.IsWired)
            return;
        await PlugAsync(host, plan, kernel, tapsThere, ct);
        await OvsNode.StartAsync(host, emptyDatabase, NodeBridges.Configuration(plan, host.Plan, kernel.Datapath), ct);
        var underlay = kernel.Datapath.UnderlayDevice();
        await host.IpAsync([$"addr add {host.Plan.Underlay}/24 brd + dev {underlay}", $"link set {underlay} up", "link set br-ex up"], ct);
        await AddFlowsAsync(host, plan, kernel, ct);
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

    private static async Task PlugAsync(LabHost host, LabPlan plan, HostKernel kernel, Task tapsThere, CancellationToken ct)
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
        await HybridPlug.FilterAsync(host, plan, kernel, ct);
    }

    private static Task AddFlowsAsync(LabHost host, LabPlan plan, HostKernel kernel, CancellationToken ct)
    {
        var integration = IntegrationFlows.Of(plan, host.Plan);
        var tunnel = StableId.Cookie(plan.Name, host.Name + " br-tun");
        return Task.WhenAll(
            OvsNode.AddFlowsAsync(host, "br-int", StableId.Cookie(plan.Name, host.Name + " br-int"),
                kernel.FlowsHaveZones ? integration : ConntrackZones.TakenFrom(integration), ct),
            OvsNode.AddFlowsAsync(host, "br-ex", StableId.Cookie(plan.Name, host.Name + " br-ex"), IntegrationFlows.OfProviderBridge(plan, host.Plan), ct),
            OvsNode.AddFlowsAsync(host, "br-tun", tunnel, TunnelBridge.Flows(plan, host.Plan, tunnel), ct));
    }
}
