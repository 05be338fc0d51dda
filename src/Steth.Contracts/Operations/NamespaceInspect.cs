using System.Net;
using System.Text.Json.Serialization;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Which namespace to describe, and what of it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NamespaceInspectParams
{
    /// <summary>A named network namespace; NoSuchDevice when there is none of that name. Null: the agent's own.</summary>
    public NamespaceName? Namespace { get; init; }

    /// <summary>
    /// The packet filter's rules whose chain or text holds one of these; empty, and <see cref="RulesFrom"/> as well: all. In the host's own
    /// namespace a port's rules are found by the first 10 characters of its id.
    /// </summary>
    public IReadOnlyList<string> RulesHolding { get; set; } = [];

    /// <summary>
    /// Built-in chains (INPUT) whose rules are told as well, with those of the chains they lead to, of every table but nat: what the host's
    /// own packets meet there. Rules about ports of a Linux bridge (physdev) are not among them.
    /// </summary>
    public IReadOnlyList<string> RulesFrom { get; set; } = [];

    /// <summary>
    /// Beside those of <see cref="RulesHolding"/>: rules that drop or reject, and the jumps by which a packet gets to them (of several from
    /// one chain to another the first). Chains of other ports are left out.
    /// </summary>
    public bool WithDroppingRules { get; init; }

    /// <summary>Devices are left out (they may be thousands in the host's own namespace).</summary>
    public bool WithoutInterfaces { get; init; }
}

/// <summary>The state of one network namespace. What could not be read is null and named in <see cref="Problems"/>.</summary>
public sealed record NamespaceInspectResult
{
    /// <summary>The namespace; null: the host's own.</summary>
    public string? Namespace { get; init; }

    /// <summary>Its devices with their addresses; null: not read or not asked for.</summary>
    public IReadOnlyList<InterfaceFacts>? Interfaces { get; init; }

    /// <summary>IPv4 routes of the main table.</summary>
    public IReadOnlyList<RouteFacts>? Routes { get; init; }

    /// <summary>IPv4 neighbours.</summary>
    public IReadOnlyList<NeighbourFacts>? Neighbours { get; init; }

    /// <summary>Chains of iptables-save with their policies (null for a user's chain) and packets.</summary>
    public IReadOnlyList<FilterChain>? Chains { get; init; }

    /// <summary>Rules of iptables-save -c, in order.</summary>
    public IReadOnlyList<FilterRule>? Rules { get; init; }

    /// <summary>
    /// Base chains of nftables that can drop, but for IPv6 and for what <see cref="Rules"/> tells already (tables of iptables-nft); null
    /// also when the host has no nft.
    /// </summary>
    public IReadOnlyList<NftablesChain>? Nftables { get; init; }

    /// <summary>Its connection tracking; null also when nf_conntrack is not loaded.</summary>
    public ConntrackFacts? Conntrack { get; init; }

    /// <summary>net.ipv4.ip_forward.</summary>
    public bool? IpForward { get; init; }

    /// <summary>net.bridge.bridge-nf-call-iptables; null also when br_netfilter is not loaded.</summary>
    public bool? BridgeNfCallIptables { get; init; }

    /// <summary>TCP and UDP sockets that listen here.</summary>
    public IReadOnlyList<ListeningSocket>? Listeners { get; init; }

    /// <summary>
    /// Programs that live in this namespace, those of a host's own namespace only when they are Neutron's or Open vSwitch's.
    /// </summary>
    public IReadOnlyList<ProcessFacts>? Processes { get; init; }

    /// <summary>What could not be read and why, a sentence each.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}

/// <summary>One IPv4 route.</summary>
public sealed record RouteFacts
{
    /// <summary>Where to: <c>default</c> or address/prefix.</summary>
    public required string Destination { get; init; }

    /// <summary>Next hop; null: on link.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>Device; null for a blackhole.</summary>
    public string? Device { get; init; }

    /// <summary>Kind when it is no unicast route: blackhole, unreachable, …; null for unicast.</summary>
    public string? Kind { get; init; }
}

/// <summary>One neighbour entry.</summary>
public sealed record NeighbourFacts
{
    /// <summary>Whose.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Device.</summary>
    public required string Device { get; init; }

    /// <summary>Its MAC; null while unresolved.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>REACHABLE, STALE, FAILED, INCOMPLETE, PERMANENT, ….</summary>
    public required string State { get; init; }
}

/// <summary>One chain of a packet filter.</summary>
/// <param name="Table">filter, nat, mangle, raw.</param>
/// <param name="Chain">Name.</param>
/// <param name="Policy">ACCEPT or DROP of a built-in chain; null for a user's.</param>
/// <param name="Packets">Packets that met the policy.</param>
public sealed record FilterChain(string Table, string Chain, string? Policy, long Packets);

/// <summary>One rule of a packet filter.</summary>
/// <param name="Table">filter, nat, mangle, raw.</param>
/// <param name="Chain">Its chain.</param>
/// <param name="Text">The rule after its chain, as iptables-save prints it: <c>-s 10.0.0.5/32 -j RETURN</c>.</param>
/// <param name="Packets">Packets that matched.</param>
public sealed record FilterRule(string Table, string Chain, string Text, long Packets);

/// <summary>A base chain of nftables that can drop (nft(8)).</summary>
public sealed record NftablesChain
{
    /// <summary>ip, inet, arp, bridge or netdev.</summary>
    public required string Family { get; init; }

    /// <summary>Its table.</summary>
    public required string Table { get; init; }

    /// <summary>Its name.</summary>
    public required string Chain { get; init; }

    /// <summary>prerouting, input, forward, output, postrouting, ingress or egress.</summary>
    public required string Hook { get; init; }

    /// <summary>Chains of a hook run from the lowest to the highest.</summary>
    public required int Priority { get; init; }

    /// <summary>It drops what its rules do not decide; nftables counts no packets for it.</summary>
    public required bool DropsByPolicy { get; init; }

    /// <summary>Devices an ingress or egress chain is at; empty: at no hook of a device.</summary>
    public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>Rules that can drop or reject, in it and in the chains it leads to.</summary>
    public required IReadOnlyList<NftablesRule> Drops { get; init; }
}

/// <summary>A rule of nftables that can drop or reject.</summary>
/// <param name="Chain">The chain it is in.</param>
/// <param name="Handle">Its handle in its table: <c>nft delete rule FAMILY TABLE CHAIN handle N</c>.</param>
/// <param name="Text">What it says, at most 300 characters: <c>ip saddr 10.0.0.5 counter drop</c>.</param>
/// <param name="Packets">Packets it dropped; null: it has no counter of its own right before its verdict.</param>
public sealed record NftablesRule(string Chain, long Handle, string Text, long? Packets);

/// <summary>Connection tracking of one namespace.</summary>
/// <param name="Count">Connections of this namespace (nf_conntrack_count).</param>
/// <param name="Max">
/// How many there may be (nf_conntrack_max); 0: any number. Each namespace is held against it alone, but most kernels have one value for
/// all, which only the host's own namespace can set.
/// </param>
/// <param name="Dropped">
/// Packets dropped because they could not be tracked, since the namespace was made (/proc/net/stat/nf_conntrack); null: the kernel does
/// not tell.
/// </param>
public sealed record ConntrackFacts(long Count, long Max, long? Dropped);

/// <summary>A socket that listens.</summary>
/// <param name="Protocol">tcp or udp.</param>
/// <param name="Address">Local address.</param>
/// <param name="Port">Local port.</param>
public sealed record ListeningSocket(string Protocol, IPAddress Address, int Port);

/// <summary>A program.</summary>
public sealed record ProcessFacts
{
    /// <summary>Name as the kernel has it (comm).</summary>
    public required string Name { get; init; }

    /// <summary>R, S, D, T, Z, … (proc(5)); T is stopped.</summary>
    public required string State { get; init; }

    /// <summary>
    /// Its command line, at most 64 arguments of 512 characters. Values of arguments that look like secrets are left out.
    /// </summary>
    public required IReadOnlyList<string> Arguments { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.NamespaceInspect"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(NamespaceInspectParams))]
[JsonSerializable(typeof(NamespaceInspectResult))]
internal sealed partial class NamespaceInspectJson : JsonSerializerContext;
