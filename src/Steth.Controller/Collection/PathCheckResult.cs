using Steth.Diagnosis.Verdicts;

namespace Steth.Controller.Collection;

/// <summary>What the devices of a port's path saw, and what that means.</summary>
public sealed record PathCheckResult
{
    /// <summary>The port; null when it was not found.</summary>
    public Guid? PortId { get; init; }

    /// <summary>
    /// Two rows a device: outbound (from the guest) and inbound (to the guest). From the guest to the servers, one server after the other.
    /// </summary>
    public required IReadOnlyList<PathRow> Rows { get; init; }

    /// <summary>What it came to.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>
    /// What else an operator should know, the likely cause first: wiring problems, devices that could not be listened on, ….
    /// </summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Nodes that did not answer.</summary>
    public required IReadOnlyList<Unreachable> Unreachable { get; init; }
}

/// <summary>What one device saw in one direction.</summary>
/// <param name="Host">Name of the node.</param>
/// <param name="Device">The device.</param>
/// <param name="Namespace">Its namespace; null: the host's own.</param>
/// <param name="Direction">Seen from the guest.</param>
/// <param name="Seen">
/// DHCPDISCOVER, DHCPOFFER, … or REQUEST, REPLY; in order, no repeats. Null: the device could not be listened on.
/// </param>
public sealed record PathRow(string Host, string Device, string? Namespace, PathDirection Direction, IReadOnlyList<string>? Seen);

/// <summary>Which way, seen from the guest.</summary>
public enum PathDirection
{
    /// <summary>From the guest.</summary>
    Outbound,

    /// <summary>To the guest.</summary>
    Inbound,
}
