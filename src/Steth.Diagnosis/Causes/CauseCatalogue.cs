namespace Steth.Diagnosis.Causes;

/// <summary>Every cause a diagnosis can name, in the order of a packet's way. An id is never given to another cause.</summary>
public static class CauseCatalogue
{
    /// <summary>Neutron could not bind the port to its host.</summary>
    public static readonly Cause BindingFailed = new("P1", "binding-failed", "Neutron could not bind the port to its host");

    /// <summary>An agent of Neutron has stopped reporting.</summary>
    public static readonly Cause AgentDead = new("P2", "agent-dead", "An agent of Neutron has stopped reporting");

    /// <summary>Neutron lets no DHCP server serve the network.</summary>
    public static readonly Cause DhcpNotServed = new("P3", "dhcp-not-served", "Neutron lets no DHCP server serve the network");

    /// <summary>The port is administratively down.</summary>
    public static readonly Cause PortAdminDown = new("P4", "port-admin-down", "The port is administratively down");

    /// <summary>The router is administratively down.</summary>
    public static readonly Cause RouterAdminDown = new("P5", "router-admin-down", "The router is administratively down");

    /// <summary>The guest's tap is missing, down or held by nobody.</summary>
    public static readonly Cause TapBroken = new("V1", "tap-broken", "The guest's tap is missing, down or held by nobody");

    /// <summary>The guest uses another MAC or IP than its port.</summary>
    public static readonly Cause GuestMacDiffers = new("V3", "guest-mac-differs", "The guest uses another MAC or IP than its port");

    /// <summary>The Linux bridge of the hybrid plug is not whole.</summary>
    public static readonly Cause QbrBroken = new("Q1", "qbr-broken", "The Linux bridge of the hybrid plug is not whole");

    /// <summary>An iptables rule of the port drops the packet.</summary>
    public static readonly Cause FilterDrop = new("Q2", "filter-drop", "An iptables rule of the port drops the packet");

    /// <summary>The host's own packet filter drops the packet.</summary>
    public static readonly Cause HostFilterDrop =
        new("Q4", "host-filter-drop", "A rule of the host, none of the port's, drops the bridged packet");

    /// <summary>The host can track no more connections.</summary>
    public static readonly Cause ConntrackFull = new("Q5", "conntrack-full", "The host can track no more connections");

    /// <summary>The port is not wired to its local VLAN on br-int.</summary>
    public static readonly Cause PortNotWired = new("I1", "port-not-wired", "The port is not wired to its local VLAN on br-int");

    /// <summary>The integration bridge has lost its flows.</summary>
    public static readonly Cause FlowsGone = new("I2", "flows-gone", "The integration bridge has lost its flows");

    /// <summary>The OpenFlow firewall of the port drops the packet.</summary>
    public static readonly Cause FirewallDrop = new("I3", "firewall-drop", "The OpenFlow firewall of the port drops the packet");

    /// <summary>A flow no agent wrote drops or diverts the packet.</summary>
    public static readonly Cause ForeignFlow = new("I6", "foreign-flow", "A flow no agent wrote drops or diverts the packet");

    /// <summary>The patch between two bridges is broken.</summary>
    public static readonly Cause PatchBroken = new("U1", "patch-broken", "The patch between two bridges is broken");

    /// <summary>The flow that turns local VLAN into segment is missing or wrong.</summary>
    public static readonly Cause ProviderFlowMissing =
        new("U2", "provider-flow-missing", "The flow that turns local VLAN into segment is missing or wrong");

    /// <summary>There is no tunnel to the other host.</summary>
    public static readonly Cause TunnelPortMissing = new("T1", "tunnel-port-missing", "There is no tunnel to the other host");

    /// <summary>The tunnel bridge does not send the network's packets to the other host.</summary>
    public static readonly Cause TunnelFlowMissing =
        new("T2", "tunnel-flow-missing", "The tunnel bridge does not send the network's packets to the other host");

    /// <summary>Tunnel packets are filtered on the way.</summary>
    public static readonly Cause TunnelFiltered = new("T3", "tunnel-filtered", "Tunnel packets are filtered on the way");

    /// <summary>The underlay is too small for the network's packets.</summary>
    public static readonly Cause UnderlayMtu = new("T4", "underlay-mtu", "The underlay is too small for the network's packets");

    /// <summary>Two tunnel endpoints cannot reach each other.</summary>
    public static readonly Cause UnderlayUnreachable = new("T6", "underlay-unreachable", "Two tunnel endpoints cannot reach each other");

    /// <summary>The physical network does not carry the VLAN between the hosts.</summary>
    public static readonly Cause VlanNotOnTrunk =
        new("F1", "vlan-not-on-trunk", "The physical network does not carry the VLAN between the hosts");

    /// <summary>A physical NIC of the path is down.</summary>
    public static readonly Cause NicDown = new("F4", "nic-down", "A physical NIC of the path is down");

    /// <summary>Nothing crosses between two NICs.</summary>
    public static readonly Cause FabricLoss = new("F5", "fabric-loss", "Nothing crosses between two NICs");

    /// <summary>The network's DHCP server does not run.</summary>
    public static readonly Cause DhcpServerMissing = new("D1", "dhcp-server-missing", "The network's DHCP server does not run");

    /// <summary>The DHCP server does not know the port.</summary>
    public static readonly Cause DhcpHostMissing = new("D2", "dhcp-host-missing", "The DHCP server does not know the port");

    /// <summary>A foreign DHCP server answers on the network.</summary>
    public static readonly Cause RogueDhcpServer = new("D3", "rogue-dhcp-server", "A foreign DHCP server answers on the network");

    /// <summary>The DHCP server runs and does not answer.</summary>
    public static readonly Cause DhcpServerHung = new("D4", "dhcp-server-hung", "The DHCP server runs and does not answer");

    /// <summary>The DHCP server's own port is down or unplugged.</summary>
    public static readonly Cause DhcpPortDown = new("D5", "dhcp-port-down", "The DHCP server's own port is down or unplugged");

    /// <summary>The packet filter of the DHCP server's namespace drops the packet.</summary>
    public static readonly Cause DhcpFilterDrop =
        new("D6", "dhcp-filter-drop", "The packet filter of the DHCP server's namespace drops the packet");

    /// <summary>The router is on no host.</summary>
    public static readonly Cause RouterMissing = new("R1", "router-missing", "The router is on no host");

    /// <summary>The router lacks an address, a route or forwarding.</summary>
    public static readonly Cause RouterNotConfigured =
        new("R2", "router-not-configured", "The router lacks an address, a route or forwarding");

    /// <summary>The router does not translate the address.</summary>
    public static readonly Cause NatMissing = new("R3", "nat-missing", "The router does not translate the address");

    /// <summary>Nobody answers for the floating IP outside.</summary>
    public static readonly Cause FloatingIpUnanswered = new("R4", "floating-ip-unanswered", "Nobody answers for the floating IP outside");

    /// <summary>The external gateway does not answer.</summary>
    public static readonly Cause ExternalGatewayDead = new("R5", "external-gateway-dead", "The external gateway does not answer");

    /// <summary>The router's packet filter drops the packet.</summary>
    public static readonly Cause RouterFilterDrop = new("R6", "router-filter-drop", "The router's packet filter drops the packet");

    /// <summary>The router can track no more connections.</summary>
    public static readonly Cause RouterConntrackFull = new("R7", "router-conntrack-full", "The router can track no more connections");

    /// <summary>The metadata proxy does not run or gets nothing.</summary>
    public static readonly Cause MetadataProxyMissing =
        new("M1", "metadata-proxy-missing", "The metadata proxy does not run or gets nothing");

    /// <summary>The metadata proxy runs, what stands behind it fails.</summary>
    public static readonly Cause MetadataBackendBroken =
        new("M2", "metadata-backend-broken", "The metadata proxy runs, what stands behind it fails");

    /// <summary>The guest is told no way to the metadata address.</summary>
    public static readonly Cause MetadataRouteMissing =
        new("M3", "metadata-route-missing", "The guest is told no way to the metadata address");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Cause> All { get; } =
    [
        BindingFailed, AgentDead, DhcpNotServed, PortAdminDown, RouterAdminDown, TapBroken, GuestMacDiffers, QbrBroken,
        FilterDrop, HostFilterDrop, ConntrackFull, PortNotWired, FlowsGone, FirewallDrop, ForeignFlow, PatchBroken,
        ProviderFlowMissing, TunnelPortMissing, TunnelFlowMissing, TunnelFiltered, UnderlayMtu, UnderlayUnreachable,
        VlanNotOnTrunk, NicDown, FabricLoss, DhcpServerMissing, DhcpHostMissing, RogueDhcpServer, DhcpServerHung, DhcpPortDown,
        DhcpFilterDrop, RouterMissing, RouterNotConfigured, NatMissing, FloatingIpUnanswered, ExternalGatewayDead,
        RouterFilterDrop, RouterConntrackFull, MetadataProxyMissing, MetadataBackendBroken, MetadataRouteMissing,
    ];
}
