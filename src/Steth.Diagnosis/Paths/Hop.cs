namespace Steth.Diagnosis.Paths;

/// <summary>One place of a port's path and what was seen there of one experiment.</summary>
public sealed record Hop
{
    /// <summary>Name of the node.</summary>
    public required string Host { get; init; }

    /// <summary>The device; several NICs of one bridge, any of which may carry a frame, are one hop (<c>eth1/eth2</c>).</summary>
    public required string Device { get; init; }

    /// <summary>Its namespace; null: the host's own.</summary>
    public string? Namespace { get; init; }

    /// <summary>It could be listened on.</summary>
    public required bool Listened { get; init; }

    /// <summary>Why it could not be listened on, or what makes "not seen" worthless here; null: nothing.</summary>
    public string? Caveat { get; init; }

    /// <summary>What is wrong with its wiring; null: nothing seen.</summary>
    public string? Problem { get; init; }

    /// <summary>What to do about <see cref="Problem"/>, with the host's name; null: nothing to advise.</summary>
    public string? Remedy { get; init; }

    /// <summary>Message names seen going from the guest.</summary>
    public IReadOnlyList<string> Outbound { get; init; } = [];

    /// <summary>Message names seen going to the guest.</summary>
    public IReadOnlyList<string> Inbound { get; init; } = [];

    /// <summary>VLAN tag the frames had here; null: none, or not known.</summary>
    public int? Vlan { get; init; }

    /// <summary>"Not seen" means that it was not there.</summary>
    public bool IsReliable => Listened && Caveat is null;
}
