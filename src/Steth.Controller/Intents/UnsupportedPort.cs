using Steth.OpenStack.Neutron;

namespace Steth.Controller.Intents;

/// <summary>Ports whose packets take a way that is not followed yet.</summary>
internal static class UnsupportedPort
{
    /// <summary>Why, a sentence's end; null: nothing that Neutron says of the port stands against following it.</summary>
    public static string? Reason(NeutronPort port) => port switch
    {
        { DeviceOwner: "trunk:subport" } => "the port is a subport of a trunk, which this version does not follow",
        { TrunkDetails: not null } => "the port is the parent of a trunk, which this version does not follow",
        { DeviceOwner: { } owner } => OfService(owner),
        _ => null,
    };

    /// <summary>The same of a port of which only the owner is known.</summary>
    public static string? OfService(string owner) => owner.StartsWith("network:", StringComparison.Ordinal)
        ? $"the port is Neutron's own ({owner}), not a guest's"
        : null;
}
