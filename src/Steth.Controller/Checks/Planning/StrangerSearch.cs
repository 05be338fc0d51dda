using System.Net;
using System.Net.Sockets;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness.Planning;
using Steth.Packets.Addresses;

namespace Steth.Controller.Checks.Planning;

/// <summary>
/// Looks for agents that are not in the file, where the nodes know somebody: at the other ends of their tunnels, and among those they have
/// spoken to on the link of their own agent's address. No range is scanned.
/// </summary>
internal sealed class StrangerSearch(AgentCalls calls)
{
    /// <summary>How many addresses are asked at most.</summary>
    public const int MostAddresses = 64;

    // Whoever is there on the same link answers at once.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    /// <summary>Completes the evidence by who answered.</summary>
    public async Task<PlanEvidence> RunAsync(
        PlanEvidence evidence, IReadOnlyList<Answer<NodeFacts>> answers, Action<CheckProgress>? progress,
        CancellationToken cancellationToken)
    {
        Place[] places = [.. Places(evidence, answers)];
        Place[] asked = [.. places.Take(MostAddresses)];
        if (asked.Length > 0)
            progress?.Invoke(new CheckProgress(null, FormattableString.Invariant($"asking {asked.Length} neighbours of the nodes")));
        Node[] nodes = [.. asked.Select(place => AgentAt(place.Address))];
        var patience = _patience < calls.Timeout ? _patience : calls.Timeout;
        var found = await FanOut.RunAsync(
            nodes, (node, ct) => calls.Client.CallAsync(node, AgentOperations.AgentInfo, new AgentInfoParams(), patience, ct), patience,
            calls.Time, cancellationToken);
        return evidence with
        {
            Strangers = [.. asked.Zip(found).Where(pair => pair.Second.Result is not null).Select(pair => new PlanStranger(
                pair.First.Address, pair.Second.Result!.Hostname, pair.Second.Result.Version, pair.First.KnownBy))],
            AddressesAsked = asked.Length,
            AddressesLeft = places.Length - asked.Length,
        };
    }

    // Tunnels first: who is at their other end is a node. Then those that most nodes know.
    private static IEnumerable<Place> Places(PlanEvidence evidence, IReadOnlyList<Answer<NodeFacts>> answers)
    {
        var known = evidence.Owners.Select(owner => owner.Address)
            .Concat(answers.SelectMany(a => a.Result?.Interfaces ?? []).SelectMany(i => i.Addresses).Select(held => held.Address.Address))
            .ToHashSet();
        var sights = answers.Where(answer => answer.Result is not null).SelectMany(answer =>
            TunnelEnds(answer.Result!).Select(address => (Address: address, Way: "tunnel", answer.Node.Name))
                .Concat(Neighbours(answer).Select(address => (Address: address, Way: "neighbour", answer.Node.Name))));
        return sights.Where(sight => !known.Contains(sight.Address) && IsHost(sight.Address))
            .GroupBy(sight => sight.Address)
            .OrderBy(group => group.Any(sight => sight.Way == "tunnel") ? 0 : 1).ThenByDescending(group => group.Count())
            .Select(group => new Place(group.Key, [.. group.Select(sight => $"{sight.Name} ({sight.Way})").Distinct()]));
    }

    private static IEnumerable<IPAddress> TunnelEnds(NodeFacts facts) =>
        (facts.Ovs?.Bridges ?? []).SelectMany(bridge => bridge.Ports).SelectMany(port => port.Interfaces)
            .Select(device => device.Options.GetValueOrDefault("remote_ip", ""))
            .Select(remote => StrictIPAddress.TryParse(remote, out var address) ? address : null).OfType<IPAddress>();

    private static IEnumerable<IPAddress> Neighbours(Answer<NodeFacts> answer)
    {
        var link = (answer.Result!.Interfaces ?? []).FirstOrDefault(
            i => i.Addresses.Any(held => held.Address.Address.Equals(answer.Node.AgentEndpoint.Address)))?.Name;
        // One without a MAC never answered.
        return answer.Result.Neighbours.Where(n => n.Device == link && n.Mac is not null && n.State != "FAILED").Select(n => n.Address);
    }

    private static bool IsHost(IPAddress address) =>
        !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal && !address.IsIPv6Multicast
        && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.GetAddressBytes()[0] is > 0 and < 224);

    private static Node AgentAt(IPAddress address) => new()
    {
        Name = address.ToString(),
        AgentEndpoint = new IPEndPoint(address, ConfigurationReader.DefaultPort),
        Networks = [],
    };

    private sealed record Place(IPAddress Address, IReadOnlyList<string> KnownBy);
}
