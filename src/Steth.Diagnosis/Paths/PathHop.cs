using Steth.Contracts.Operations;

namespace Steth.Diagnosis.Paths;

/// <summary>One place a probe passes.</summary>
public sealed record PathHop
{
    /// <summary>The node.</summary>
    public required string Host { get; init; }

    /// <summary>The device or bridge; of several NICs any of which may carry a frame, the first.</summary>
    public required string Device { get; init; }

    /// <summary>What it is.</summary>
    public required HopKind Kind { get; init; }

    /// <summary>Its namespace; null: the host's own.</summary>
    public string? Namespace { get; init; }

    /// <summary>The port whose device it is; null: a NIC or a bridge.</summary>
    public Guid? PortId { get; init; }

    /// <summary>The bridge it is a port of; null: none, or not known.</summary>
    public string? Bridge { get; init; }

    /// <summary>NICs beside <see cref="Device"/> that may carry a frame instead.</summary>
    public IReadOnlyList<string> Alternatives { get; init; } = [];

    /// <summary>Which way the request crosses the device; an answer crosses it the other way. Null: its direction tells nothing.</summary>
    public FrameDirection? RequestDirection { get; init; }

    /// <summary>
    /// A packet capture can show it. An Open vSwitch bridge's own device shows next to nothing of what the bridge forwards, and a Linux
    /// bridge's shows its flooded frames only unless promiscuous.
    /// </summary>
    public bool CanBeCaptured => Kind is not (HopKind.IntegrationBridge or HopKind.TunnelBridge or HopKind.ProviderBridge);

    /// <summary>Whether a device name is this hop's.</summary>
    public bool Has(string device) => Device == device || Alternatives.Contains(device);

    /// <summary>Whether another path's hop is the same device.</summary>
    public bool IsAt(PathHop other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Host == other.Host && Device == other.Device && Namespace == other.Namespace;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Host} {(Alternatives.Count == 0 ? Device : string.Join('/', Alternatives.Prepend(Device)))}";
}
