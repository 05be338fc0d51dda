using Steth.Lab.Plan;

namespace Steth.Lab.Wiring;

/// <summary>
/// br-int, br-ex, br-tun and, with the userspace datapath, br-phy of a node as the Neutron Open vSwitch agent (and os-vif, and the DHCP and L3 agents) leave them.
/// OpenFlow port numbers are asked for so that they come out as on a node where the ports came one by one.
/// </summary>
internal static class NodeBridges
{
    /// <summary>OpenFlow port of int-br-ex on br-int.</summary>
    public const int IntBrEx = 1;

    /// <summary>OpenFlow port of phy-br-ex on br-ex.</summary>
    public const int PhyBrEx = 2;

    /// <summary>OpenFlow port of patch-int on br-tun.</summary>
    public const int PatchInt = 1;

    /// <summary>OpenFlow port of the first VM or server on br-int; the others follow.</summary>
    public const int FirstPort = 3;

    private const string MulticastFlood = "other_config:mcast-snooping-flood=False";
    private const string MulticastReports = "other_config:mcast-snooping-flood-reports=False";

    private static readonly string[] Fixed = ["eth1", "int-br-ex", "phy-br-ex", "patch-tun", "patch-int"];

    /// <summary>The ovs-vsctl commands for a node.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Configuration(LabPlan plan, HostPlan host, Datapath datapath)
    {
        var commands = new List<IReadOnlyList<string>>();
        commands.Add(["set-manager", "ptcp:6640:127.0.0.1"]);
        Bridge(commands, datapath, "br-int", "other_config:mcast-snooping-disable-flood-unregistered=false");
        Bridge(commands, datapath, "br-ex");
        Bridge(commands, datapath, "br-tun");
        if (datapath == Datapath.Netdev)
        {
            commands.Add(["add-br", "br-phy"]);
            commands.Add(["set", "Bridge", "br-phy", "datapath_type=netdev", "fail_mode=standalone",
                $"other_config:hwaddr=02:88:00:00:00:{host.Underlay!.GetAddressBytes()[3]:00}"]);
            commands.Add(["add-port", "br-phy", "eth2"]);
        }
        commands.Add(["add-port", "br-ex", "eth1", "--", "set", "Interface", "eth1", "ofport_request=1"]);
        Patch(commands, "br-int", "int-br-ex", "phy-br-ex", IntBrEx, MulticastFlood, MulticastReports);
        Patch(commands, "br-ex", "phy-br-ex", "int-br-ex", PhyBrEx);
        Patch(commands, "br-int", "patch-tun", "patch-int", 2, MulticastFlood, MulticastReports);
        Patch(commands, "br-tun", "patch-int", "patch-tun", PatchInt);
        foreach (var other in TunnelBridge.Others(plan, host))
            commands.AddRange(TunnelBridge.Port(plan, host, other));
        foreach (var port in plan.PortsOn(host.Name))
            commands.AddRange(Port(plan, port));
        return commands;
    }

    /// <summary>
    /// The ovs-vsctl commands that plug a port into br-int, as os-vif or an agent plugs it and the Open vSwitch agent wires it.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<string>> Port(LabPlan plan, PortPlan port)
    {
        var (device, network, tag) = (port.OvsDevice, port.Network, port.LocalVlan);
        var add = new List<string>
        {
            "add-port", "br-int", device, $"tag={tag}", $"other_config:net_uuid={network.Id}",
            $"other_config:network_type={network.TypeName}", $"other_config:physical_network={network.PhysicalNetwork}",
        };
        if (network.SegmentationId is { } segment)
            add.Add($"other_config:segmentation_id=\"{segment}\"");
        add.Add($"other_config:tag=\"{tag}\"");
        var settings = new List<string>
        {
            "set", "Interface", device, $"type={(port.Role == PortRole.Vm ? "\"\"" : "internal")}", $"ofport_request={OfPort(plan, port)}",
            $"external_ids:iface-id={port.Id}", $"external_ids:attached-mac=\"{port.Mac}\"", "external_ids:iface-status=active",
        };
        if (port.VmId is { } vm)
            settings.Add("external_ids:vm-uuid=" + vm);
        return [add, settings];
    }

    /// <summary>A port's OpenFlow number on its host's br-int.</summary>
    public static int OfPort(LabPlan plan, PortPlan port) => FirstPort + plan.PortsOn(port.Host).Index()
        .Single(entry => entry.Item.Id == port.Id).Index;

    /// <summary>Takes the wishes for port numbers back; the numbers stay, and the database looks as Neutron's does.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> ForgetNumbers(LabPlan plan, HostPlan host) =>
    [
        .. Fixed
            .Concat(TunnelBridge.Others(plan, host).Select(TunnelBridge.DeviceTo))
            .Concat(plan.PortsOn(host.Name).Select(port => port.OvsDevice))
            .Select(ForgetNumber),
    ];

    /// <summary>The same for one device.</summary>
    public static IReadOnlyList<string> ForgetNumber(string device) => ["clear", "Interface", device, "ofport_request"];

    private static void Bridge(List<IReadOnlyList<string>> commands, Datapath datapath, string name, params string[] more)
    {
        commands.Add(["add-br", name]);
        commands.Add(["set", "Bridge", name, "datapath_type=" + datapath.TypeName(), "fail_mode=secure",
            "protocols=OpenFlow10,OpenFlow13,OpenFlow14", "other_config:mac-table-size=\"50000\"", .. more]);
    }

    private static void Patch(List<IReadOnlyList<string>> commands, string bridge, string name, string peer, int ofport, params string[] more)
    {
        commands.Add(["add-port", bridge, name, .. more]);
        commands.Add(["set", "Interface", name, "type=patch", "options:peer=" + peer, $"ofport_request={ofport}"]);
    }
}
