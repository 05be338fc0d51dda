using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Readiness.Vlans;

/// <summary>What was measured of the VLANs between some nodes.</summary>
public sealed record VlanEvidence
{
    /// <summary>The VLANs that are to cross, untagged among them when it is to as well. Untagged is always sent, as a control.</summary>
    public required VlanSet Vlans { get; init; }

    /// <summary>The nodes; their places in this list number them everywhere else.</summary>
    public required IReadOnlyList<VlanNode> Nodes { get; init; }

    /// <summary>The repetitions, in order.</summary>
    public required IReadOnlyList<VlanRound> Rounds { get; init; }

    /// <summary>Length of the full-size probes on the wire in bytes, without checksum; null when none was sent.</summary>
    public int? FullSizeBytes { get; init; }
}

/// <summary>A node and the NIC that was probed on it.</summary>
public sealed record VlanNode
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The NIC; null when it is not known.</summary>
    public string? Nic { get; init; }

    /// <summary>Why its agent did not answer; null: it did.</summary>
    public string? Silent { get; init; }

    /// <summary>Why it cannot be probed though its agent answers: no such NIC; null: it can.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether somebody brought the NIC up; null: not known.</summary>
    public bool? AdminUp { get; init; }

    /// <summary>Whether the NIC has a carrier; null: not known.</summary>
    public bool? Carrier { get; init; }

    /// <summary>The switch port it is plugged into; null: not known.</summary>
    public SwitchPort? SwitchPort { get; init; }

    /// <summary>The NIC is known to be without a link.</summary>
    public bool IsDown => Silent is null && Problem is null && (AdminUp == false || Carrier == false);

    /// <summary>It was probed.</summary>
    public bool IsProbed => Silent is null && Problem is null && !IsDown;

    /// <summary><c>eth1 of comp2</c>, with its switch port where that is known.</summary>
    public string Port => SwitchPort is { } port ? $"{Nic} of {Name}, {port}" : $"{Nic} of {Name}";
}

/// <summary>A port of a switch, as its neighbour hears it say (LLDP, 802.1AB).</summary>
/// <param name="Switch">The switch's name.</param>
/// <param name="Port">The port's.</param>
public sealed record SwitchPort(string Switch, string Port)
{
    /// <inheritdoc/>
    public override string ToString() => $"switch {Switch} port {Port}";
}
