using System.Net;
using System.Security.Cryptography;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness.Addresses;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Controller.Checks.Addresses;

/// <summary>
/// Asks who answers for the addresses and gateways of the configuration, and which DHCP servers there are on the segments and VLANs of the
/// nodes.
/// </summary>
public sealed class AddressesCheck(AgentCalls calls)
{
    private const int MostPps = 500;
    private const int Rounds = 3;
    private const int Count = 2;
    private const int NeighbourWaitMs = 1000;
    private const int MostTargets = 4096;

    // Between two rounds of an agent's scan, and what it needs to begin.
    private static readonly TimeSpan _overhead = TimeSpan.FromSeconds(3);

    /// <summary>Reads the nodes' devices, plans, scans and judges.</summary>
    /// <returns>One result an address, gateway, segment and VLAN; a node that is silent costs its own.</returns>
    public async Task<AddressesReport> RunAsync(
        IReadOnlyList<Node> nodes, AddressesRequest request, Action<CheckProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(request);
        var start = calls.Time.GetTimestamp();
        progress?.Invoke(new CheckProgress(null, $"reading the devices of {nodes.Count} nodes"));
        var answers = await FanOut.RunAsync(
            nodes, (node, ct) => NodeFacts.AskAsync(calls, node, routes: request.Gateways.Count == 0, ct), calls.Timeout * 2, calls.Time,
            cancellationToken);
        List<NodeFacts> facts = [.. answers.Select(a => a.Result).OfType<NodeFacts>()];
        var byName = nodes.ToDictionary(n => n.Name);
        var neighbours = new NeighbourPlan(nodes, facts, request);
        var servers = new DhcpPlan(facts, request, (byte)RandomNumberGenerator.GetInt32(256));
        progress?.Invoke(new CheckProgress(
            null, $"{servers.Scans.Count} NICs ask for DHCP servers, {neighbours.Addresses.Count} addresses are asked for"));
        var dhcp = Task.WhenAll(servers.Scans.Select(s => DhcpAsync(byName[s.Node], s, request, cancellationToken)));
        var scans = new List<NeighbourScanEvidence>();
        for (var round = 0; round < Rounds; round++)
        {
            var planned = neighbours.Round(round, scans);
            scans.AddRange(await Task.WhenAll(planned.Select(s => ScanAsync(byName[s.Node], s, request, cancellationToken))));
        }
        var heard = await dhcp;
        return AddressesJudge.Judge(new AddressesEvidence
        {
            Addresses = neighbours.Addresses,
            Gateways = neighbours.Gateways,
            Macs = [.. facts.SelectMany(MacsOf)],
            NeighbourScans = scans,
            DhcpScans = heard,
            DhcpServers = request.DhcpServers,
            Unreachable = [.. answers.Where(a => a.Failure is { IsSilent: true }).Select(Failed)],
            Unread = [.. answers.Where(a => a.Failure is { IsSilent: false }).Select(Failed)],
            TookMs = (long)calls.Time.GetElapsedTime(start).TotalMilliseconds,
        });
    }

    private static UnreachableHost Failed(Answer<NodeFacts> answer) => new(answer.Node.Name, answer.Failure!.Message);

    private async Task<NeighbourScanEvidence> ScanAsync(
        Node node, PlannedScan scan, AddressesRequest request, CancellationToken cancellationToken)
    {
        var evidence = new NeighbourScanEvidence
        {
            Node = node.Name,
            Device = scan.Device,
            Targets = [.. scan.Targets.Select(t => new ScannedAddress(t, []))],
        };
        try
        {
            foreach (var some in scan.Targets.Chunk(MostTargets))
                evidence = Joined(evidence, await ScanAsync(node, scan.Device, some, request, cancellationToken));
            return evidence;
        }
        catch (AgentException e)
        {
            return evidence with { Problem = e.Message };
        }
    }

    private Task<NeighbourScanResult> ScanAsync(
        Node node, string device, IPAddress[] targets, AddressesRequest request, CancellationToken cancellationToken)
    {
        var wanted = new NeighbourScanParams
        {
            Device = DeviceName.Parse(device),
            Targets = targets,
            Count = Count,
            Pps = Pps(request),
            WaitMs = NeighbourWaitMs,
        };
        var sending = TimeSpan.FromSeconds((double)targets.Length * Count / wanted.Pps);
        var takes = sending + TimeSpan.FromMilliseconds(NeighbourWaitMs) + _overhead;
        return calls.CallAsync(node, AgentOperations.NeighbourScan, wanted, takes, cancellationToken);
    }

    private static NeighbourScanEvidence Joined(NeighbourScanEvidence evidence, NeighbourScanResult result)
    {
        var macs = result.Neighbours.DistinctBy(n => n.Address).ToDictionary(n => n.Address, n => n.Macs);
        return evidence with
        {
            Sent = evidence.Sent + result.Sent,
            Left = evidence.Left + result.Left,
            Dropped = evidence.Dropped + result.Dropped,
            Targets = [.. evidence.Targets.Select(t => macs.TryGetValue(t.Address, out var of) ? t with { Macs = of } : t)],
        };
    }

    private async Task<DhcpScanEvidence> DhcpAsync(
        Node node, PlannedDhcpScan scan, AddressesRequest request, CancellationToken cancellationToken)
    {
        VlanId?[] asked = [.. scan.Untagged ? [null] : Array.Empty<VlanId?>(), .. scan.Vlans.Select(v => (VlanId?)v)];
        var evidence = new DhcpScanEvidence
        {
            Node = node.Name,
            Nic = scan.Nic,
            Segment = scan.Segment,
            FirstXid = scan.FirstXid,
            Vlans = [.. asked.Select(v => new DhcpVlanEvidence(v, 0, [], []))],
        };
        var wanted = new DhcpScanParams
        {
            Device = DeviceName.Parse(scan.Nic),
            Vlans = scan.Vlans,
            Untagged = scan.Untagged,
            FirstXid = scan.FirstXid,
            Count = Count,
            Pps = Pps(request),
            WaitMs = (int)request.DhcpWait.TotalMilliseconds,
        };
        try
        {
            var takes = TimeSpan.FromSeconds((double)asked.Length * Count / wanted.Pps) + request.DhcpWait + _overhead;
            var result = await calls.CallAsync(node, AgentOperations.DhcpScan, wanted, takes, cancellationToken);
            return evidence with { Dropped = result.Dropped, Vlans = [.. asked.Select(v => Heard(v, result))] };
        }
        catch (AgentException e)
        {
            return evidence with { Problem = e.Message };
        }
    }

    private static DhcpVlanEvidence Heard(VlanId? vlan, DhcpScanResult result) =>
        result.Vlans.FirstOrDefault(v => v.VlanId == vlan) is { } heard
            ? new DhcpVlanEvidence(
                vlan, heard.Left, heard.Heard, [.. heard.Offers.Select(o => new DhcpOffer(o.Server, o.Mac, o.Offered, o.Relay))])
            : new DhcpVlanEvidence(vlan, 0, [], []);

    private static int Pps(AddressesRequest request) => Math.Min(request.Pps, MostPps);

    private static IEnumerable<MacOwner> MacsOf(NodeFacts of)
    {
        foreach (var device in of.Interfaces)
        {
            if (device.Mac is { } mac)
                yield return new MacOwner(mac, of.Node.Name, device.Name, MacOwnerKind.Node);
        }
        foreach (var device in of.Ovs?.Bridges.SelectMany(b => b.Ports).SelectMany(p => p.Interfaces) ?? [])
        {
            if (MacAddress.TryParse(device.ExternalIds.GetValueOrDefault("attached-mac"), null, out var mac))
                yield return new MacOwner(
                    mac, of.Node.Name, device.Name, IsDhcpServer(device) ? MacOwnerKind.DhcpServer : MacOwnerKind.Port);
        }
    }

    // The DHCP agent's port is made by Open vSwitch itself; a guest's tap is a device of its own. Routers' ports are called qr- and qg-.
    private static bool IsDhcpServer(OvsInterface device) =>
        device.Type == "internal" && device.Name.StartsWith("tap", StringComparison.Ordinal);
}
