using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness.Vlans;

namespace Steth.Controller.Checks;

/// <summary>Which switch ports NICs are plugged into, as LLDP tells the nodes (IEEE 802.1AB).</summary>
internal static class SwitchPorts
{
    // lldpctl(8) and the drivers of an agent take their time.
    private static readonly TimeSpan _overhead = TimeSpan.FromSeconds(5);

    /// <summary>Asks nodes, all at once.</summary>
    /// <param name="calls">Calls agents.</param>
    /// <param name="places">Nodes and the links of the NIC in question: itself, or the members of a bond.</param>
    /// <param name="listenSeconds">How long to listen where no lldpd runs, 0–35 s.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>By node name; a node that cannot tell is not among them: this only adds to what is known.</returns>
    public static async Task<IReadOnlyDictionary<string, SwitchPort>> AskAsync(
        AgentCalls calls,
        IReadOnlyDictionary<Node, IReadOnlyList<DeviceName>> places,
        int listenSeconds,
        CancellationToken cancellationToken)
    {
        var takes = TimeSpan.FromSeconds(listenSeconds) + _overhead;
        Node[] nodes = [.. places.Where(place => place.Value.Count > 0).Select(place => place.Key)];
        var answers = await FanOut.RunAsync(nodes, AskAsync, calls.Timeout + takes, calls.Time, cancellationToken);
        return answers.Select(answer => (answer.Node.Name, Port: Port(answer.Result)))
            .Where(told => told.Port is not null).ToDictionary(told => told.Name, told => told.Port!);

        Task<NicInspectResult> AskAsync(Node node, CancellationToken ct) => calls.CallAsync(
            node, AgentOperations.NicInspect,
            new NicInspectParams { Nics = places[node], Seconds = 0, LldpSeconds = listenSeconds }, calls.Timeout + takes, ct);
    }

    private static SwitchPort? Port(NicInspectResult? told)
    {
        LldpNeighbour[] ports = [.. told?.Nics.SelectMany(nic => nic.Lldp) ?? []];
        return ports.Length == 0 ? null : new SwitchPort(
            string.Join(", ", ports.Select(port => port.SystemName ?? port.ChassisId).Distinct()),
            string.Join(", ", ports.Select(port => port.PortId).Distinct()));
    }
}
