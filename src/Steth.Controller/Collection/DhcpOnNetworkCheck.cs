using System.Net;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Checks;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Arp;
using Steth.Packets.Decoding;
using Steth.Packets.Filters;

namespace Steth.Controller.Collection;

/// <summary>
/// Follows an ARP request from the DHCP servers' namespaces to a port and the answer back (<c>check-dhcp-on-network</c>).
/// </summary>
public sealed class DhcpOnNetworkCheck(AgentCalls calls)
{
    private const string Request = "REQUEST";
    private const string Reply = "REPLY";
    private const int MarginSeconds = 2;

    /// <summary>Listens everywhere on the path, asks from each DHCP namespace of the network, and judges what was seen.</summary>
    /// <param name="nodes">Where to look for the port and the servers.</param>
    /// <param name="request">What to follow.</param>
    /// <param name="ip">The port's IPv4 address; null: found in the flows its host's Neutron agent wrote against ARP spoofing.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Agents that are silent are part of the result; nothing is thrown for them.</returns>
    public async Task<PathCheckResult> RunAsync(
        IReadOnlyList<Node> nodes, PathCheckRequest request, IPAddress? ip, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (plan, end) = await PathPlan.MakeAsync(calls, nodes, request, cancellationToken);
        if (plan is null)
            return end!;
        if (plan.Servers.Count == 0 || plan.Port.NetworkId is null)
            return plan.Result([], plan.WithoutServer());
        try
        {
            if ((ip ?? await FindAddressAsync(plan, cancellationToken)) is not { } target)
            {
                return plan.Result([], Verdict.Unknown(
                    $"the address of the port is in no flow of {plan.Host.Name}'s "
                    + $"{plan.Port.Bridge} (is port security off?): give it by --ip"));
            }
            return await AskAsync(plan, request, target, cancellationToken);
        }
        catch (AgentException e)
        {
            return plan.Failed(e);
        }
    }

    private async Task<IPAddress?> FindAddressAsync(PathPlan plan, CancellationToken cancellationToken)
    {
        var addresses = await PortAddresses.FindAsync(calls, plan.Host, plan.Port, cancellationToken);
        if (addresses.Count > 1)
            plan.Notes.Add($"The port may use {string.Join(", ", addresses)}; {addresses[0]} was asked for.");
        return addresses.Count > 0 ? addresses[0] : null;
    }

    private async Task<PathCheckResult> AskAsync(
        PathPlan plan, PathCheckRequest request, IPAddress target, CancellationToken cancellationToken)
    {
        var seconds = request.WaitSeconds + MarginSeconds;
        // The servers' NICs are listened on for the tags; what they saw comes from their agents' traces.
        var listeners = await Task.WhenAll(
            plan.Servers
                .Select(s => (
                    s.Node,
                    Devices: s.Wiring.Devices.Where(d => d.Kind == PortDeviceKind.Nic && s.Node != plan.Host),
                    GuestSide: false))
                .Append((Node: plan.Host, Devices: plan.Wiring.Devices.AsEnumerable(), GuestSide: true))
                .Select(p => plan.ListenAsync(calls, p.Node, p.Devices, p.GuestSide, TraceFilter.Arp(target), seconds, cancellationToken)));
        try
        {
            var traces = await Task.WhenAll(plan.Servers.Select(s => TraceAsync(s.Node, plan, request, target, cancellationToken)));
            foreach (var listener in listeners.SelectMany(l => l))
                listener.MarkEnd();
            var answered = traces.All(t => t.Result?.Answers.Count > 0);
            var verdicts = new List<Verdict>();
            var ofServers = new List<DeviceSight>();
            DeviceSight[] guest = [];
            for (var i = 0; i < traces.Length; i++)
            {
                if (traces[i].Result is not { } trace)
                {
                    verdicts.Add(Verdict.Unknown(traces[i].Failure!.Message));
                    continue;
                }
                var own = await SightsAsync(listeners[^1], target, trace.SourceIp, answered);
                var nics = await SightsAsync(listeners[i], target, trace.SourceIp, answered);
                var server = DeviceSight.OfTrace(plan.Servers[i].Node.Name, plan.Servers[i].Wiring, [.. trace.Devices.Reverse()], nics);
                verdicts.Add(Judge(plan, plan.Servers[i].Node, target, trace, own, server));
                guest = guest.Length == 0 ? own : Union(guest, own);
                ofServers.AddRange(server);
            }
            return plan.Result([.. guest, .. ofServers], VerdictSet.All(verdicts));
        }
        finally
        {
            foreach (var listener in listeners.SelectMany(l => l))
                await listener.DisposeAsync();
        }
    }

    private async Task<(ArpTraceResult? Result, AgentException? Failure)> TraceAsync(
        Node server, PathPlan plan, PathCheckRequest request, IPAddress target, CancellationToken cancellationToken)
    {
        try
        {
            var trace = await calls.CallAsync(
                server,
                AgentOperations.ArpTrace,
                new ArpTraceParams { NetworkId = plan.Port.NetworkId!.Value, TargetIp = target, TimeoutSeconds = request.WaitSeconds },
                TimeSpan.FromSeconds(request.WaitSeconds),
                cancellationToken);
            return (trace, null);
        }
        catch (AgentException e)
        {
            if (e.IsSilent)
                plan.Unreachable.Add(new Unreachable(server.Name, e.Message));
            return (null, e);
        }
    }

    private static Verdict Judge(
        PathPlan plan,
        Node server,
        IPAddress target,
        ArpTraceResult trace,
        IReadOnlyList<DeviceSight> guest,
        IReadOnlyList<DeviceSight> ofServer)
    {
        if (trace.Answers.Count > 1)
            return Verdict.Fail($"{target} is answered for by {string.Join(" and ", trace.Answers)}: a duplicate address");
        if (trace.Answers is [var answer] && plan.Port.Mac is { } mac && answer != mac)
            return Verdict.Fail($"{target} is answered for by {answer}, but the port's MAC is {mac}: somebody else has its address");
        var sameHost = server == plan.Host;
        return LastSeen.Judge(new RoundTripEvidence
        {
            Path = DeviceSight.Path([.. guest.Where(d => !sameHost || !d.IsNic), .. ofServer.Where(d => !sameHost || !d.IsNic)]),
            Request = Request,
            Reply = Reply,
            FromGuest = false,
            Answerer = "the guest",
            AnswererRemedy = $"is it running, and does it have {target}?",
        });
    }

    private static async Task<DeviceSight[]> SightsAsync(DeviceListener[] listeners, IPAddress target, IPAddress source, bool answered) =>
        await Task.WhenAll(listeners.Select(l => l.SightAsync(f => NameOf(f, target, source), Reply, withCounts: !answered)));

    private static string? NameOf(DecodedFrame frame, IPAddress target, IPAddress source) => frame.Arp switch
    {
        { Operation: ArpOperation.Request } arp when arp.TargetIp.Equals(target) && arp.SenderIp.Equals(source) => Request,
        { Operation: ArpOperation.Reply } arp when arp.SenderIp.Equals(target) && arp.TargetIp.Equals(source) => Reply,
        _ => null,
    };

    private static DeviceSight[] Union(DeviceSight[] a, DeviceSight[] b) =>
        [.. a.Zip(b, (x, y) => x with { Outbound = [.. x.Outbound.Union(y.Outbound)], Inbound = [.. x.Inbound.Union(y.Inbound)] })];
}
