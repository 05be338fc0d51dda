using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations.Tracing;

/// <summary>What a host tells of itself, as far as the wiring of one port needs it.</summary>
public sealed record WiringEvidence
{
    /// <summary>The Open vSwitch database.</summary>
    public required OvsShowResult Ovs { get; init; }

    /// <summary>The devices of the host's own namespace.</summary>
    public required IReadOnlyList<InterfaceFacts> Interfaces { get; init; }

    /// <summary>The device of an internal port where it was found in a named namespace; null: in none.</summary>
    public NamespacedDevice? ServiceDevice { get; init; }

    /// <summary>Flows by bridge name, of the bridges among which the network's has to be told; others may be absent.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<OvsFlow>> Flows { get; init; } = new Dictionary<string, IReadOnlyList<OvsFlow>>();

    /// <summary>A device of the host's own namespace; null when there is none of that name.</summary>
    public InterfaceFacts? Interface(string name) => Interfaces.FirstOrDefault(i => i.Name == name);
}

/// <summary>A device that lives in a named network namespace.</summary>
/// <param name="Namespace">Which.</param>
/// <param name="Facts">The device.</param>
public sealed record NamespacedDevice(NamespaceName Namespace, InterfaceFacts Facts);
