using Steth.Agent.Host;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Which handler carries out which operation: one line each.</summary>
public static class OperationMap
{
    /// <summary>Adds every operation to a dispatcher.</summary>
    public static void Map(Dispatcher dispatcher, AgentServices services)
    {
        ArgumentNullException.ThrowIfNull(dispatcher);
        ArgumentNullException.ThrowIfNull(services);
        var (tools, ip, ovs, leases, time) = (services.Tools, services.Ip, services.Ovs, services.Leases, services.Time);
        var sending = new SendingRoom();
        var interfaceList = new InterfaceListHandler(ip, ovs);
        var ovsShow = new OvsShowHandler(ovs);
        var ovsFlows = new OvsFlowsHandler(tools, ovs);
        var portWiring = new PortWiringHandler(ovsShow.HandleAsync, interfaceList.ListAsync, ovsFlows.HandleAsync);

        dispatcher.Map(AgentOperations.AgentInfo, new AgentInfoHandler(services.Options, services.Bundle, tools, time).HandleAsync);
        dispatcher.Map(AgentOperations.InterfaceList, interfaceList.HandleAsync);
        dispatcher.Map(AgentOperations.InterfaceSetup, new InterfaceSetupHandler(ip, ovs, leases).HandleAsync);
        dispatcher.Map(AgentOperations.InterfaceConfirm, new InterfaceConfirmHandler(leases).HandleAsync);
        dispatcher.Map(AgentOperations.InterfaceTeardown, new InterfaceTeardownHandler(ip, ovs).HandleAsync);
        dispatcher.Map(AgentOperations.VlanAdd, new VlanAddHandler(ip, ovs, leases).HandleAsync);
        dispatcher.Map(AgentOperations.Ping, sending.Bound<PingParams, PingResult, PingTargetResult>(
            static p => PingHandler.PacketsPerSecond(p), PingHandler.HandleAsync));
        dispatcher.Map(AgentOperations.IperfServe, new IperfServeHandler(tools, leases).HandleAsync);
        dispatcher.Map(AgentOperations.IperfRun, new IperfRunHandler(tools).HandleAsync);
        dispatcher.Map(AgentOperations.OvsShow, ovsShow.HandleAsync);
        dispatcher.Map(AgentOperations.OvsFlows, ovsFlows.HandleAsync);
        dispatcher.Map(AgentOperations.CaptureRun, new CaptureRunHandler(services.Captures, time).HandleAsync);
        dispatcher.Map(AgentOperations.FrameSend, sending.Bound<FrameSendParams, FrameSendResult>(
            static p => FrameSendHandler.PacketsPerSecond(p), new FrameSendHandler(tools, leases, time).HandleAsync));
        dispatcher.Map(AgentOperations.PortWiring, portWiring.HandleAsync);
        dispatcher.Map(AgentOperations.DhcpTrace, new DhcpTraceHandler(portWiring.HandleAsync, tools, leases, time).HandleAsync);
        dispatcher.Map(
            AgentOperations.ArpTrace,
            new ArpTraceHandler(ovsShow.HandleAsync, interfaceList.HandleAsync, portWiring.HandleAsync, time).HandleAsync);
        dispatcher.Map(AgentOperations.CaptureEnd, new CaptureEndHandler(services.Captures).HandleAsync);
        dispatcher.Map(AgentOperations.GuestSend, new GuestSendHandler(portWiring.HandleAsync, tools, leases).HandleAsync);
        dispatcher.Map(AgentOperations.OvsTrace, new OvsTraceHandler(tools, ovs).HandleAsync);
        dispatcher.Map(AgentOperations.NamespaceList, NamespaceListHandler.HandleAsync);
        dispatcher.Map(
            AgentOperations.NamespaceInspect, new NamespaceInspectHandler(interfaceList.HandleAsync, services.Ip, tools).HandleAsync);
        dispatcher.Map(AgentOperations.NeighbourList, new NeighbourListHandler(ip).HandleAsync);
        dispatcher.Map(AgentOperations.DhcpServer, new DhcpServerHandler().HandleAsync);
        dispatcher.Map(AgentOperations.MetadataProbe, new MetadataProbeHandler(time).HandleAsync);
        dispatcher.Map(AgentOperations.ReflectorRun, sending.Bound<ReflectorRunParams, ReflectorRunResult, ReflectorListening>(
            static p => p.Pps, new ReflectorRunHandler(services.Reflectors, time).HandleAsync));
        dispatcher.Map(AgentOperations.ReflectorEnd, new ReflectorEndHandler(services.Reflectors).HandleAsync);
        dispatcher.Map(AgentOperations.UdpProbe, sending.Bound<UdpProbeParams, UdpProbeResult, UdpProbeProgress>(
            static p => p.Pps, UdpProbeHandler.HandleAsync));
        dispatcher.Map(AgentOperations.MtuSearch, sending.Bound<MtuSearchParams, MtuSearchResult, MtuSearchProgress>(
            static p => p.Pps, MtuSearchHandler.HandleAsync));
        dispatcher.Map(AgentOperations.VlanListen, new VlanListenHandler(services.Captures, time).HandleAsync);
        dispatcher.Map(AgentOperations.VlanSend, sending.Bound<VlanSendParams, VlanSendResult>(
            static p => p.Pps, new VlanSendHandler(time).HandleAsync));
        dispatcher.Map(AgentOperations.LeaseRenew, new LeaseRenewHandler(leases).HandleAsync);
        dispatcher.Map(AgentOperations.LeaseRelease, new LeaseReleaseHandler(leases).HandleAsync);
        dispatcher.Map(AgentOperations.LeaseList, new LeaseListHandler(leases).HandleAsync);
        dispatcher.Map(AgentOperations.AuditRead, new AuditReadHandler(services.Audit).HandleAsync);
        dispatcher.Map(AgentOperations.AgentClock, new AgentClockHandler(time).HandleAsync);
        dispatcher.Map(AgentOperations.NameResolve, new NameResolveHandler(tools, time).HandleAsync);
        dispatcher.Map(AgentOperations.NeighbourScan, sending.Bound<NeighbourScanParams, NeighbourScanResult>(
            static p => p.Pps, new NeighbourScanHandler(time).HandleAsync));
        dispatcher.Map(AgentOperations.DhcpScan, sending.Bound<DhcpScanParams, DhcpScanResult>(
            static p => p.Pps, new DhcpScanHandler(time).HandleAsync));
        dispatcher.Map(AgentOperations.NicInspect, new NicInspectHandler(ip, tools, time).HandleAsync);
    }
}
