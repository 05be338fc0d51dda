using Steth.Contracts.Operations;

namespace Steth.Contracts;

/// <summary>
/// Every operation of an agent, declared once: the agent maps each to a handler, the controller calls it by its declaration.
/// </summary>
public static class AgentOperations
{
    /// <summary>Who the agent is and what it can do.</summary>
    public static readonly Operation<AgentInfoParams, AgentInfoResult> AgentInfo =
        new("agent.info", "Who the agent is and what it can do.", AgentInfoJson.Default.AgentInfoParams,
            AgentInfoJson.Default.AgentInfoResult);

    /// <summary>Network interfaces with addresses and counters.</summary>
    public static readonly Operation<InterfaceListParams, InterfaceListResult> InterfaceList =
        new("interface.list", "Network interfaces with addresses and counters.", InterfaceListJson.Default.InterfaceListParams,
            InterfaceListJson.Default.InterfaceListResult);

    /// <summary>Adds an address to an interface and brings it up.</summary>
    public static readonly Operation<InterfaceSetupParams, InterfaceSetupResult> InterfaceSetup =
        new("interface.setup", "Adds an address to an interface and brings it up.", InterfaceSetupJson.Default.InterfaceSetupParams,
            InterfaceSetupJson.Default.InterfaceSetupResult);

    /// <summary>Deletes a virtual interface.</summary>
    public static readonly Operation<InterfaceTeardownParams, InterfaceTeardownResult> InterfaceTeardown =
        new("interface.teardown", "Deletes a virtual interface.", InterfaceTeardownJson.Default.InterfaceTeardownParams,
            InterfaceTeardownJson.Default.InterfaceTeardownResult);

    /// <summary>Makes an 802.1Q device.</summary>
    public static readonly Operation<VlanAddParams, VlanAddResult> VlanAdd =
        new("vlan.add", "Makes an 802.1Q device.", VlanAddJson.Default.VlanAddParams, VlanAddJson.Default.VlanAddResult);

    /// <summary>ICMP echo to many targets at once; an event a target as it is done.</summary>
    public static readonly Operation<PingParams, PingResult, PingTargetResult> Ping =
        new("icmp.ping", "ICMP echo to many targets at once; an event a target as it is done.", PingJson.Default.PingParams,
            PingJson.Default.PingResult, PingJson.Default.PingTargetResult);

    /// <summary>Starts an iperf server under a lease.</summary>
    public static readonly Operation<IperfServeParams, IperfServeResult> IperfServe =
        new("iperf.serve", "Starts an iperf server under a lease.", IperfServeJson.Default.IperfServeParams,
            IperfServeJson.Default.IperfServeResult);

    /// <summary>Runs an iperf client; an event an interval.</summary>
    public static readonly Operation<IperfRunParams, IperfRunResult, IperfInterval> IperfRun =
        new("iperf.run", "Runs an iperf client; an event an interval.", IperfRunJson.Default.IperfRunParams,
            IperfRunJson.Default.IperfRunResult, IperfRunJson.Default.IperfInterval);

    /// <summary>Bridges, ports and interfaces of Open vSwitch.</summary>
    public static readonly Operation<OvsShowParams, OvsShowResult> OvsShow =
        new("ovs.show", "Bridges, ports and interfaces of Open vSwitch.", OvsShowJson.Default.OvsShowParams,
            OvsShowJson.Default.OvsShowResult);

    /// <summary>OpenFlow flows of a bridge with their counters.</summary>
    public static readonly Operation<OvsFlowsParams, OvsFlowsResult> OvsFlows =
        new("ovs.flows", "OpenFlow flows of a bridge with their counters.", OvsFlowsJson.Default.OvsFlowsParams,
            OvsFlowsJson.Default.OvsFlowsResult);

    /// <summary>Captures frames on several devices; an event when all listen, then one a frame.</summary>
    public static readonly Operation<CaptureRunParams, CaptureRunResult, CaptureEvent> CaptureRun =
        new("capture.run", "Captures frames on several devices; an event when all listen, then one a frame.",
            CaptureRunJson.Default.CaptureRunParams, CaptureRunJson.Default.CaptureRunResult, CaptureRunJson.Default.CaptureEvent);

    /// <summary>Sends a crafted frame by a device, or as if the device had received it.</summary>
    public static readonly Operation<FrameSendParams, FrameSendResult> FrameSend =
        new("frame.send", "Sends a crafted frame by a device, or as if the device had received it.", FrameSendJson.Default.FrameSendParams,
            FrameSendJson.Default.FrameSendResult);

    /// <summary>How this host wires a Neutron port.</summary>
    public static readonly Operation<PortWiringParams, PortWiringResult> PortWiring =
        new("port.wiring", "How this host wires a Neutron port.", PortWiringJson.Default.PortWiringParams,
            PortWiringJson.Default.PortWiringResult);

    /// <summary>Follows a DHCPDISCOVER and its answer through the devices of a port.</summary>
    public static readonly Operation<DhcpTraceParams, DhcpTraceResult> DhcpTrace =
        new("dhcp.trace", "Follows a DHCPDISCOVER and its answer through the devices of a port.", DhcpTraceJson.Default.DhcpTraceParams,
            DhcpTraceJson.Default.DhcpTraceResult);

    /// <summary>Follows an ARP request from a DHCP namespace and its answer.</summary>
    public static readonly Operation<ArpTraceParams, ArpTraceResult> ArpTrace =
        new("arp.trace", "Follows an ARP request from a DHCP namespace and its answer.", ArpTraceJson.Default.ArpTraceParams,
            ArpTraceJson.Default.ArpTraceResult);

    /// <summary>Ends a running capture.</summary>
    public static readonly Operation<CaptureEndParams, CaptureEndResult> CaptureEnd =
        new("capture.end", "Ends a running capture, which then answers with its counts.", CaptureEndJson.Default.CaptureEndParams,
            CaptureEndJson.Default.CaptureEndResult);

    /// <summary>Sends frames as the guest of a port would.</summary>
    public static readonly Operation<GuestSendParams, GuestSendResult> GuestSend =
        new("guest.send", "Sends frames as the guest of a port would.", GuestSendJson.Default.GuestSendParams,
            GuestSendJson.Default.GuestSendResult);

    /// <summary>Follows a flow through the OpenFlow tables.</summary>
    public static readonly Operation<OvsTraceParams, OvsTraceResult> OvsTrace =
        new("ovs.trace", "Follows a flow through the OpenFlow tables; nothing is sent.", OvsTraceJson.Default.OvsTraceParams,
            OvsTraceJson.Default.OvsTraceResult);

    /// <summary>Named network namespaces.</summary>
    public static readonly Operation<NamespaceListParams, NamespaceListResult> NamespaceList =
        new("namespace.list", "Named network namespaces, and which of them hold given devices.",
            NamespaceListJson.Default.NamespaceListParams, NamespaceListJson.Default.NamespaceListResult);

    /// <summary>The state of one network namespace.</summary>
    public static readonly Operation<NamespaceInspectParams, NamespaceInspectResult> NamespaceInspect =
        new("namespace.inspect", "Devices, routes, packet filter, sockets and programs of a network namespace.",
            NamespaceInspectJson.Default.NamespaceInspectParams, NamespaceInspectJson.Default.NamespaceInspectResult);

    /// <summary>The DHCP server of a network on this host.</summary>
    public static readonly Operation<DhcpServerParams, DhcpServerResult> DhcpServer =
        new("dhcp.server", "The DHCP server of a network: its program and its files.", DhcpServerJson.Default.DhcpServerParams,
            DhcpServerJson.Default.DhcpServerResult);

    /// <summary>Asks the metadata agent as a guest's proxy would.</summary>
    public static readonly Operation<MetadataProbeParams, MetadataProbeResult> MetadataProbe =
        new("metadata.probe", "Asks the metadata agent's socket as a guest's haproxy would.", MetadataProbeJson.Default.MetadataProbeParams,
            MetadataProbeJson.Default.MetadataProbeResult);

    /// <summary>Keeps a lease alive.</summary>
    public static readonly Operation<LeaseRenewParams, LeaseRenewResult> LeaseRenew =
        new("lease.renew", "Keeps a lease alive.", LeaseRenewJson.Default.LeaseRenewParams, LeaseRenewJson.Default.LeaseRenewResult);

    /// <summary>Ends a lease now.</summary>
    public static readonly Operation<LeaseReleaseParams, LeaseReleaseResult> LeaseRelease =
        new("lease.release", "Ends a lease now: what it covers is undone.", LeaseReleaseJson.Default.LeaseReleaseParams,
            LeaseReleaseJson.Default.LeaseReleaseResult);

    /// <summary>What the agent will undo, and when.</summary>
    public static readonly Operation<LeaseListParams, LeaseListResult> LeaseList =
        new("lease.list", "What the agent will undo, and when.", LeaseListJson.Default.LeaseListParams,
            LeaseListJson.Default.LeaseListResult);

    /// <summary>All of the above.</summary>
    public static IReadOnlyList<Operation> All { get; } =
    [
        AgentInfo, InterfaceList, InterfaceSetup, InterfaceTeardown, VlanAdd, Ping, IperfServe, IperfRun, OvsShow, OvsFlows,
        CaptureRun, FrameSend, PortWiring, DhcpTrace, ArpTrace,
        CaptureEnd, GuestSend, OvsTrace, NamespaceList, NamespaceInspect, DhcpServer, MetadataProbe, LeaseRenew, LeaseRelease, LeaseList,
    ];
}
