using System.Security.Cryptography;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Checks;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Decoding;
using Steth.Packets.Filters;

namespace Steth.Controller.Collection;

/// <summary>
/// Follows a DHCPDISCOVER from where a port's guest would send it to the DHCP servers and the offer back (<c>check-dhcp-on-comp</c>).
/// </summary>
public sealed class DhcpOnComputeCheck(AgentCalls calls)
{
    private const string Discover = "DHCPDISCOVER";
    private const string Offer = "DHCPOFFER";

    /// <summary>Captures outlast the trace by this, so that they see the whole of it.</summary>
    private const int MarginSeconds = 2;

    /// <summary>Listens everywhere on the path, sends one DISCOVER, and judges what was seen.</summary>
    /// <returns>Agents that are silent are part of the result; nothing is thrown for them.</returns>
    public async Task<PathCheckResult> RunAsync(IReadOnlyList<Node> nodes, PathCheckRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (plan, end) = await PathPlan.MakeAsync(calls, nodes, request, cancellationToken);
        if (plan is null)
            return end!;
        var xid = (uint)RandomNumberGenerator.GetInt32(1, int.MaxValue);
        var seconds = request.WaitSeconds + MarginSeconds;
        var listeners = await Task.WhenAll(
            plan.Servers
                // The servers' NICs on the guest's own host are the guest's, and heard by the trace.
                .Select(s => (
                    s.Node,
                    Devices: s.Wiring.Devices.Reverse().Where(d => s.Node != plan.Host || d.Kind != PortDeviceKind.Nic),
                    GuestSide: false))
                .Append((Node: plan.Host, Devices: plan.Wiring.Devices.Where(d => d.Kind == PortDeviceKind.Nic), GuestSide: true))
                .Select(p => plan.ListenAsync(calls, p.Node, p.Devices, p.GuestSide, TraceFilter.Dhcp(xid), seconds, cancellationToken)));
        try
        {
            var trace = await calls.CallAsync(
                plan.Host,
                AgentOperations.DhcpTrace,
                new DhcpTraceParams
                {
                    PortId = plan.Port.PortId,
                    PhysicalInterface = plan.Nic,
                    Xid = xid,
                    TimeoutSeconds = request.WaitSeconds,
                },
                TimeSpan.FromSeconds(request.WaitSeconds),
                cancellationToken);
            return await JudgeAsync(plan, trace, listeners);
        }
        catch (AgentException e)
        {
            return plan.Failed(e);
        }
        finally
        {
            foreach (var listener in listeners.SelectMany(l => l))
                await listener.DisposeAsync();
        }
    }

    private static async Task<PathCheckResult> JudgeAsync(PathPlan plan, DhcpTraceResult trace, DeviceListener[][] listeners)
    {
        foreach (var listener in listeners.SelectMany(l => l))
            listener.MarkEnd();
        var offered = trace.Devices.Count > 0 && trace.Devices[0].Inbound.Contains(Offer);
        var sights = await Task.WhenAll(listeners.Select(
            l => Task.WhenAll(l.Select(d => d.SightAsync(f => NameOf(f, trace.Xid), Discover, withCounts: !offered)))));
        var guest = DeviceSight.OfTrace(plan.Host.Name, plan.Wiring, trace.Devices, sights[^1]);
        if (trace.InjectionNote is { } note)
            plan.Notes.Add($"{plan.Host.Name}: the DISCOVER did not enter where the guest's frames do: {note}");

        var verdicts = new List<Verdict>();
        for (var i = 0; i < plan.Servers.Count; i++)
        {
            var server = plan.Servers[i].Node;
            var verdict = LastSeen.Judge(new RoundTripEvidence
            {
                Path = DeviceSight.Path([.. guest.Where(g => server != plan.Host || !g.IsNic), .. sights[i]]),
                Request = Discover,
                Reply = Offer,
                FromGuest = true,
                Answerer = $"the DHCP server on {server.Name}",
                AnswererRemedy = "is dnsmasq alive there, and does its host file know "
                    + $"{plan.Port.Mac?.ToString() ?? "the port's MAC"}? If not, restart neutron-dhcp-agent",
            });
            verdicts.Add(verdict);
            if (offered && sights[i] is [.., { Listened: true, Caveat: null } end] && !end.Inbound.Contains(Offer))
                plan.Notes.Add($"The DHCP server on {server.Name} sent no offer of its own.");
        }
        var whole = verdicts.Count > 0 ? VerdictSet.Any(verdicts)
            : offered ? Verdict.Pass($"{Offer} came back, though no agent{(plan.Unreachable.Count > 0 ? " that answers" : "")} "
                + "knows a DHCP server of this network")
            : plan.WithoutServer();
        return plan.Result([.. guest, .. sights[..^1].SelectMany(s => s)], whole);
    }

    private static string? NameOf(DecodedFrame frame, uint xid) => frame.Dhcp is { } dhcp && dhcp.Xid == xid ? dhcp.Name : null;
}

/// <summary>What to follow.</summary>
public sealed record PathCheckRequest
{
    /// <summary>The port's id or an unambiguous beginning of it, see <see cref="PortLocator"/>.</summary>
    public required string Port { get; init; }

    /// <summary>The NIC the network leaves the port's host by; null: discovered.</summary>
    public DeviceName? PhysicalInterface { get; init; }

    /// <summary>vlan, flat, vxlan, …, as the operator believes; a difference from what OVS says is noted. Null: no belief.</summary>
    public string? NetworkType { get; init; }

    /// <summary>How long to wait for the answer, 1–60 s.</summary>
    public int WaitSeconds { get; init; } = 3;
}
