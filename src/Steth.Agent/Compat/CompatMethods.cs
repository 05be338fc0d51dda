using Steth.Agent.Rpc;
using Steth.Contracts;

namespace Steth.Agent.Compat;

/// <summary>
/// The thirteen methods of the original agent, each over typed operations. Their names, parameters, order, defaults and answers
/// are what scripts in the field rely on; a misspelling (<c>boardcast</c>) stays.
/// </summary>
public static class CompatMethods
{
    /// <summary>Adds all thirteen to a dispatcher that has, or will have, the operations they call.</summary>
    public static void Map(Dispatcher dispatcher)
    {
        ArgumentNullException.ThrowIfNull(dispatcher);
        var links = new LinkMethods(dispatcher);
        var iperf = new IperfMethods(dispatcher);
        var dhcp = new DhcpMethods(dispatcher);
        dispatcher.Map(new CompatMethod("say_hello", [], Role.Read, static (_, _, _) => Task.FromResult(CompatAnswer.Done())));
        dispatcher.Map(new CompatMethod("get_interface", ["interface"], Role.Read, links.GetInterfaceAsync));
        dispatcher.Map(new CompatMethod("validate_ip", ["ip"], Role.Read, links.ValidateIpAsync));
        dispatcher.Map(new CompatMethod(
            "ping", ["ips", "boardcast", "count", "timeout", "interface"], Role.Probe, new PingMethod(dispatcher).PingAsync));
        dispatcher.Map(new CompatMethod(
            "check_ports_on_br", ["bridge", "ports"], Role.Read, new OvsMethods(dispatcher).CheckPortsOnBrAsync));
        dispatcher.Map(new CompatMethod("add_vlan_to_interface", ["interface", "vlan_id"], Role.Change, links.AddVlanToInterfaceAsync));
        dispatcher.Map(new CompatMethod("setup_link", ["interface", "cidr"], Role.Change, links.SetupLinkAsync));
        dispatcher.Map(new CompatMethod("teardown_link", ["interface"], Role.Change, links.TeardownLinkAsync));
        dispatcher.Map(new CompatMethod("setup_iperf_server", ["protocol", "port", "window"], Role.Probe, iperf.SetupIperfServerAsync));
        dispatcher.Map(new CompatMethod("teardown_iperf_server", ["pid"], Role.Probe, iperf.TeardownIperfServerAsync));
        dispatcher.Map(new CompatMethod(
            "start_iperf_client", ["host", "protocol", "timeout", "parallel", "bandwidth", "port"], Role.Probe,
            iperf.StartIperfClientAsync));
        dispatcher.Map(new CompatMethod(
            "check_dhcp_on_comp", ["port_id", "port_mac", "phy_iface", "net_type"], Role.Probe, dhcp.CheckDhcpOnCompAsync));
        dispatcher.Map(new CompatMethod(
            "check_dhcp_on_net", ["net_id", "port_ip", "phy_iface", "net_type"], Role.Probe, dhcp.CheckDhcpOnNetAsync));
    }
}
