using System.Net;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Dns;

/// <summary>What the nodes' names resolve to on the nodes.</summary>
public sealed record DnsEvidence
{
    /// <summary>The names that were asked for with the addresses the configuration gives each.</summary>
    public required IReadOnlyList<ConfiguredName> Names { get; init; }

    /// <summary>One a node that was asked, in the order asked.</summary>
    public required IReadOnlyList<NodeLookups> Nodes { get; init; }

    /// <summary>Nodes that did not answer; they have no lookups.</summary>
    public required IReadOnlyList<UnreachableHost> Unreachable { get; init; }

    /// <summary>How long it took in ms.</summary>
    public required long TookMs { get; init; }
}

/// <summary>A node's name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Addresses">The node's addresses on all networks.</param>
public sealed record ConfiguredName(string Name, IReadOnlyList<IPAddress> Addresses);

/// <summary>What one node's resolver said.</summary>
/// <param name="Node">The node.</param>
/// <param name="Lookups">One a name; empty when it could not be asked.</param>
/// <param name="Problem">Why it could not be asked; null when it was.</param>
public sealed record NodeLookups(string Node, IReadOnlyList<NameLookup> Lookups, string? Problem);

/// <summary>One name on one node.</summary>
/// <param name="Name">The name.</param>
/// <param name="Addresses">What it resolves to, in the order a program would try them.</param>
/// <param name="Problem">Why to nothing; null when to something.</param>
/// <param name="TookMs">How long it took in ms.</param>
public sealed record NameLookup(string Name, IReadOnlyList<IPAddress> Addresses, string? Problem, double TookMs);
