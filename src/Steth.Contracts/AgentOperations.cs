using Steth.Contracts.Operations;

namespace Steth.Contracts;

/// <summary>
/// Every operation of an agent, declared once: the agent maps each to a handler, the controller calls it by its declaration.
/// </summary>
public static class AgentOperations
{
    /// <summary>Who the agent is and what it can do.</summary>
    public static readonly Operation<AgentInfoParams, AgentInfoResult> AgentInfo =
        new("agent.info", "Who the agent is and what it can do.", Role.Read, AgentInfoJson.Default.AgentInfoParams,
            AgentInfoJson.Default.AgentInfoResult);

    /// <summary>Network interfaces with addresses and counters.</summary>
    public static readonly Operation<InterfaceListParams, InterfaceListResult> InterfaceList =
        new("interface.list", "Network interfaces with addresses and counters.", Role.Read, InterfaceListJson.Default.InterfaceListParams,
            InterfaceListJson.Default.InterfaceListResult);

    /// <summary>Adds an address to an interface and brings it up.</summary>
    public static readonly Operation<InterfaceSetupParams, InterfaceSetupResult> InterfaceSetup =
        new("interface.setup", "Adds an address to an interface and brings it up.", Role.Change,
            InterfaceSetupJson.Default.InterfaceSetupParams,
            InterfaceSetupJson.Default.InterfaceSetupResult);

    /// <summary>Lets a change of an interface in use stay.</summary>
    public static readonly Operation<InterfaceConfirmParams, InterfaceConfirmResult> InterfaceConfirm =
        new("interface.confirm", "Lets a change of an interface in use stay, which is undone otherwise.", Role.Change,
            InterfaceConfirmJson.Default.InterfaceConfirmParams, InterfaceConfirmJson.Default.InterfaceConfirmResult);

    /// <summary>Deletes a virtual interface.</summary>
    public static readonly Operation<InterfaceTeardownParams, InterfaceTeardownResult> InterfaceTeardown =
        new("interface.teardown", "Deletes a virtual interface.", Role.Change, InterfaceTeardownJson.Default.InterfaceTeardownParams,
            InterfaceTeardownJson.Default.InterfaceTeardownResult);

    /// <summary>Makes an 802.1Q device.</summary>
    public static readonly Operation<VlanAddParams, VlanAddResult> VlanAdd =
        new("vlan.add", "Makes an 802.1Q device.", Role.Probe, VlanAddJson.Default.VlanAddParams, VlanAddJson.Default.VlanAddResult)
        {
            RoleOf = parameters => parameters.LeaseSeconds is null ? Role.Change : Role.Probe,
            MoreWhen = "change for a device without a lease, which stays",
        };

    /// <summary>ICMP echo to many targets at once; an event a target as it is done.</summary>
    public static readonly Operation<PingParams, PingResult, PingTargetResult> Ping =
        new("icmp.ping", "ICMP echo to many targets at once; an event a target as it is done.", Role.Probe, PingJson.Default.PingParams,
            PingJson.Default.PingResult, PingJson.Default.PingTargetResult);

    /// <summary>Starts an iperf server under a lease.</summary>
    public static readonly Operation<IperfServeParams, IperfServeResult> IperfServe =
        new("iperf.serve", "Starts an iperf server under a lease.", Role.Probe, IperfServeJson.Default.IperfServeParams,
            IperfServeJson.Default.IperfServeResult);

    /// <summary>Runs an iperf client; an event an interval.</summary>
    public static readonly Operation<IperfRunParams, IperfRunResult, IperfInterval> IperfRun =
        new("iperf.run", "Runs an iperf client; an event an interval.", Role.Probe, IperfRunJson.Default.IperfRunParams,
            IperfRunJson.Default.IperfRunResult, IperfRunJson.Default.IperfInterval);

    /// <summary>Bridges, ports and interfaces of Open vSwitch.</summary>
    public static readonly Operation<OvsShowParams, OvsShowResult> OvsShow =
        new("ovs.show", "Bridges, ports and interfaces of Open vSwitch.", Role.Read, OvsShowJson.Default.OvsShowParams,
            OvsShowJson.Default.OvsShowResult);

    /// <summary>OpenFlow flows of a bridge with their counters.</summary>
    public static readonly Operation<OvsFlowsParams, OvsFlowsResult> OvsFlows =
        new("ovs.flows", "OpenFlow flows of a bridge with their counters.", Role.Read, OvsFlowsJson.Default.OvsFlowsParams,
            OvsFlowsJson.Default.OvsFlowsResult);

    /// <summary>Captures frames on several devices; an event when all listen, then one a frame.</summary>
    public static readonly Operation<CaptureRunParams, CaptureRunResult, CaptureEvent> CaptureRun =
        new("capture.run", "Captures frames on several devices; an event when all listen, then one a frame.", Role.Probe,
            CaptureRunJson.Default.CaptureRunParams, CaptureRunJson.Default.CaptureRunResult, CaptureRunJson.Default.CaptureEvent)
        {
            MoreWhen = "and the right to payload for what frames carry",
        };

    /// <summary>Sends a crafted frame by a device, or as if the device had received it.</summary>
    public static readonly Operation<FrameSendParams, FrameSendResult> FrameSend =
        new("frame.send", "Sends a crafted frame by a device, or as if the device had received it.", Role.Probe,
            FrameSendJson.Default.FrameSendParams,
            FrameSendJson.Default.FrameSendResult);

    /// <summary>How this host wires a Neutron port.</summary>
    public static readonly Operation<PortWiringParams, PortWiringResult> PortWiring =
        new("port.wiring", "How this host wires a Neutron port.", Role.Read, PortWiringJson.Default.PortWiringParams,
            PortWiringJson.Default.PortWiringResult);

    /// <summary>Follows a DHCPDISCOVER and its answer through the devices of a port.</summary>
    public static readonly Operation<DhcpTraceParams, DhcpTraceResult> DhcpTrace =
        new("dhcp.trace", "Follows a DHCPDISCOVER and its answer through the devices of a port.", Role.Probe,
            DhcpTraceJson.Default.DhcpTraceParams,
            DhcpTraceJson.Default.DhcpTraceResult);

    /// <summary>Follows an ARP request from a DHCP namespace and its answer.</summary>
    public static readonly Operation<ArpTraceParams, ArpTraceResult> ArpTrace =
        new("arp.trace", "Follows an ARP request from a DHCP namespace and its answer.", Role.Probe, ArpTraceJson.Default.ArpTraceParams,
            ArpTraceJson.Default.ArpTraceResult);

    /// <summary>Ends a running capture.</summary>
    public static readonly Operation<CaptureEndParams, CaptureEndResult> CaptureEnd =
        new("capture.end", "Ends a running capture, which then answers with its counts.", Role.Probe,
            CaptureEndJson.Default.CaptureEndParams,
            CaptureEndJson.Default.CaptureEndResult);

    /// <summary>Sends frames as the guest of a port would.</summary>
    public static readonly Operation<GuestSendParams, GuestSendResult> GuestSend =
        new("guest.send", "Sends frames as the guest of a port would.", Role.Probe, GuestSendJson.Default.GuestSendParams,
            GuestSendJson.Default.GuestSendResult);

    /// <summary>Follows a flow through the OpenFlow tables.</summary>
    public static readonly Operation<OvsTraceParams, OvsTraceResult> OvsTrace =
        new("ovs.trace", "Follows a flow through the OpenFlow tables; nothing is sent.", Role.Read, OvsTraceJson.Default.OvsTraceParams,
            OvsTraceJson.Default.OvsTraceResult);

    /// <summary>Named network namespaces.</summary>
    public static readonly Operation<NamespaceListParams, NamespaceListResult> NamespaceList =
        new("namespace.list", "Named network namespaces, and which of them hold given devices.", Role.Read,
            NamespaceListJson.Default.NamespaceListParams, NamespaceListJson.Default.NamespaceListResult);

    /// <summary>The state of one network namespace.</summary>
    public static readonly Operation<NamespaceInspectParams, NamespaceInspectResult> NamespaceInspect =
        new("namespace.inspect", "Devices, routes, packet filter, sockets and programs of a network namespace.", Role.Read,
            NamespaceInspectJson.Default.NamespaceInspectParams, NamespaceInspectJson.Default.NamespaceInspectResult);

    /// <summary>Whom a host has spoken to on its links.</summary>
    public static readonly Operation<NeighbourListParams, NeighbourListResult> NeighbourList =
        new("neighbour.list", "The neighbour tables of the host: ARP and IPv6.", Role.Read, NeighbourListJson.Default.NeighbourListParams,
            NeighbourListJson.Default.NeighbourListResult);

    /// <summary>The DHCP server of a network on this host.</summary>
    public static readonly Operation<DhcpServerParams, DhcpServerResult> DhcpServer =
        new("dhcp.server", "The DHCP server of a network: its program and its files.", Role.Read, DhcpServerJson.Default.DhcpServerParams,
            DhcpServerJson.Default.DhcpServerResult);

    /// <summary>Asks the metadata agent as a guest's proxy would.</summary>
    public static readonly Operation<MetadataProbeParams, MetadataProbeResult> MetadataProbe =
        new("metadata.probe", "Asks the metadata agent's socket as a guest's haproxy would.", Role.Probe,
            MetadataProbeJson.Default.MetadataProbeParams,
            MetadataProbeJson.Default.MetadataProbeResult);

    /// <summary>Answers the probes of one run.</summary>
    public static readonly Operation<ReflectorRunParams, ReflectorRunResult, ReflectorListening> ReflectorRun =
        new("reflector.run", "Answers the probes of one run on addresses of this host; an event when it listens.", Role.Probe,
            ReflectorRunJson.Default.ReflectorRunParams, ReflectorRunJson.Default.ReflectorRunResult,
            ReflectorRunJson.Default.ReflectorListening);

    /// <summary>Ends a running reflector.</summary>
    public static readonly Operation<ReflectorEndParams, ReflectorEndResult> ReflectorEnd =
        new("reflector.end", "Ends a running reflector, which then answers with its counts.", Role.Probe,
            ReflectorEndJson.Default.ReflectorEndParams,
            ReflectorEndJson.Default.ReflectorEndResult);

    /// <summary>Probes reflectors.</summary>
    public static readonly Operation<UdpProbeParams, UdpProbeResult, UdpProbeProgress> UdpProbe =
        new("udp.probe", "Probes the reflectors of many nodes at once; an event as it goes on.", Role.Probe,
            UdpProbeJson.Default.UdpProbeParams,
            UdpProbeJson.Default.UdpProbeResult, UdpProbeJson.Default.UdpProbeProgress);

    /// <summary>Finds the largest packet that passes.</summary>
    public static readonly Operation<MtuSearchParams, MtuSearchResult, MtuSearchProgress> MtuSearch =
        new("mtu.search", "Finds the largest IP packet that passes to many targets at once; an event as it goes on.", Role.Probe,
            MtuSearchJson.Default.MtuSearchParams, MtuSearchJson.Default.MtuSearchResult, MtuSearchJson.Default.MtuSearchProgress);

    /// <summary>Listens for the probes of vlan.send.</summary>
    public static readonly Operation<VlanListenParams, VlanListenResult, VlanListenEvent> VlanListen =
        new("vlan.listen", "Counts which VLANs' probes arrive at a NIC and from whom; an event when it listens.", Role.Probe,
            VlanListenJson.Default.VlanListenParams, VlanListenJson.Default.VlanListenResult, VlanListenJson.Default.VlanListenEvent);

    /// <summary>Sends a probe in each of many VLANs.</summary>
    public static readonly Operation<VlanSendParams, VlanSendResult> VlanSend =
        new("vlan.send", "Sends a broadcast probe in each of many VLANs by a NIC.", Role.Probe, VlanSendJson.Default.VlanSendParams,
            VlanSendJson.Default.VlanSendResult);

    /// <summary>Keeps a lease alive.</summary>
    public static readonly Operation<LeaseRenewParams, LeaseRenewResult> LeaseRenew =
        new("lease.renew", "Keeps a lease alive.", Role.Probe,
            LeaseRenewJson.Default.LeaseRenewParams, LeaseRenewJson.Default.LeaseRenewResult);

    /// <summary>Ends a lease now.</summary>
    public static readonly Operation<LeaseReleaseParams, LeaseReleaseResult> LeaseRelease =
        new("lease.release", "Ends a lease now: what it covers is undone.", Role.Probe, LeaseReleaseJson.Default.LeaseReleaseParams,
            LeaseReleaseJson.Default.LeaseReleaseResult);

    /// <summary>What the agent will undo, and when.</summary>
    public static readonly Operation<LeaseListParams, LeaseListResult> LeaseList =
        new("lease.list", "What the agent will undo, and when.", Role.Read, LeaseListJson.Default.LeaseListParams,
            LeaseListJson.Default.LeaseListResult);

    /// <summary>What the host's clock shows.</summary>
    public static readonly Operation<AgentClockParams, AgentClockResult> AgentClock =
        new("agent.clock", "What the host's clock shows, and whether anything steers it.", Role.Read,
            AgentClockJson.Default.AgentClockParams,
            AgentClockJson.Default.AgentClockResult);

    /// <summary>Resolves names as the host's programs would.</summary>
    public static readonly Operation<NameResolveParams, NameResolveResult> NameResolve =
        new("name.resolve", "Resolves host names as the host's programs would.", Role.Probe, NameResolveJson.Default.NameResolveParams,
            NameResolveJson.Default.NameResolveResult);

    /// <summary>Who answers for addresses.</summary>
    public static readonly Operation<NeighbourScanParams, NeighbourScanResult> NeighbourScan =
        new("neighbour.scan", "Asks by a device who has certain addresses; every MAC that answers.", Role.Probe,
            NeighbourScanJson.Default.NeighbourScanParams, NeighbourScanJson.Default.NeighbourScanResult);

    /// <summary>Which DHCP servers answer.</summary>
    public static readonly Operation<DhcpScanParams, DhcpScanResult> DhcpScan =
        new("dhcp.scan", "Asks for DHCP servers untagged and in VLANs; every one that offers an address.", Role.Probe,
            DhcpScanJson.Default.DhcpScanParams, DhcpScanJson.Default.DhcpScanResult);

    /// <summary>NICs as their drivers, bonds and switches tell them.</summary>
    public static readonly Operation<NicInspectParams, NicInspectResult> NicInspect =
        new("nic.inspect", "Link, driver, settings, counters, bond and LLDP neighbours of NICs; watches the counters for a while.",
            Role.Read,
            NicInspectJson.Default.NicInspectParams, NicInspectJson.Default.NicInspectResult);

    /// <summary>What the agent wrote down of its calls.</summary>
    public static readonly Operation<AuditReadParams, AuditReadResult, AuditEntry> AuditRead =
        new("audit.read", "Who asked what of this agent, and what came of it; an event a call.", Role.Read,
            AuditReadJson.Default.AuditReadParams, AuditReadJson.Default.AuditReadResult, AuditReadJson.Default.AuditEntry);

    /// <summary>All of the above.</summary>
    public static IReadOnlyList<Operation> All { get; } =
    [
        AgentInfo, InterfaceList, InterfaceSetup, InterfaceConfirm, InterfaceTeardown, VlanAdd, Ping, IperfServe, IperfRun, OvsShow,
        OvsFlows,
        CaptureRun, FrameSend, PortWiring, DhcpTrace, ArpTrace,
        CaptureEnd, GuestSend, OvsTrace, NamespaceList, NamespaceInspect, NeighbourList, DhcpServer, MetadataProbe,
        ReflectorRun, ReflectorEnd, UdpProbe, MtuSearch, AgentClock, NameResolve, NeighbourScan, DhcpScan, VlanListen, VlanSend, NicInspect,
        LeaseRenew, LeaseRelease, LeaseList, AuditRead,
    ];
}
