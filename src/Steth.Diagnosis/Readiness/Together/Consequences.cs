namespace Steth.Diagnosis.Readiness.Together;

/// <summary>
/// Which findings may be nothing but consequences of what an earlier check found: about the same network and the same nodes, and of a
/// kind that the earlier one brings about. They are not blamed a second time, and not denied either.
/// </summary>
internal static class Consequences
{
    private static readonly string[] _silence =
    [
        "mtu-nothing-passes", "mtu-not-measured", "address-unproven", "gateway-silent", "gateway-unproven", "dhcp-unproven",
        "bandwidth-no-connection", "bandwidth-not-measured",
    ];

    private static readonly string[] _mesh =
        ["mesh-cut-off", "mesh-loss", "mesh-slow", "mesh-outlier", "mesh-jitter", "mesh-not-sent", "mesh-not-measured", "mesh-not-proven"];

    private static readonly string[] _slowness =
        ["bandwidth-low", "bandwidth-outlier", "bandwidth-no-connection", "bandwidth-not-measured"];

    private static readonly Dictionary<string, string[]> _of = new()
    {
        ["address-on-other-node"] = [.. _mesh, .. _silence, "address-duplicate"],
        ["address-on-other-nic"] = [.. _mesh, .. _silence],
        ["prefix-differs"] = [.. _mesh, .. _silence],
        ["address-outside-prefix"] = [.. _mesh, .. _silence],
        ["nic-half-duplex"] = ["mesh-loss", "mesh-slow", "mesh-outlier", "mesh-jitter", .. _slowness],
        ["nic-speed-low"] = [.. _slowness],
        ["vlan-nic-down"] = [.. _mesh, .. _silence],
        ["vlan-nothing-crosses"] = [.. _mesh, .. _silence],
        ["vlan-node-isolated"] = [.. _mesh, .. _silence],
        ["mesh-cut-off"] = [.. _silence],
        ["mesh-not-sent"] = [.. _silence],
        ["mesh-not-measured"] = [.. _silence],
        ["mesh-not-proven"] = [.. _silence, .. _slowness],
        ["mesh-loss"] = [.. _silence, .. _slowness],
        ["mesh-overload"] = ["mtu-not-measured", "mtu-nothing-passes"],
        ["mtu-path-too-small"] = [.. _slowness],
        ["mtu-nothing-passes"] = ["bandwidth-no-connection", "bandwidth-not-measured"],
        ["address-duplicate"] = ["gateway-silent", .. _slowness],
    };

    /// <summary>Whether one finding may be a consequence of another, which an earlier check made.</summary>
    /// <param name="later">The one that may follow.</param>
    /// <param name="laterNetwork">The network it is about; null: none in particular.</param>
    /// <param name="earlier">The one it may follow from.</param>
    /// <param name="earlierNetwork">As <paramref name="laterNetwork"/>.</param>
    public static bool MayFollow(CheckFinding later, string? laterNetwork, CheckFinding earlier, string? earlierNetwork) =>
        _of.TryGetValue(earlier.Id, out var ids) && ids.Contains(later.Id)
        && (laterNetwork is null || earlierNetwork is null || laterNetwork == earlierNetwork)
        && Shares(later.Nodes, earlier.Nodes);

    // A pair suffers from one end; of more nodes, all have to be the earlier one's.
    private static bool Shares(IReadOnlyList<string> later, IReadOnlyList<string> earlier) =>
        earlier.Count == 0 || later.Count == 0
        || (later.Count <= 2 ? later.Any(earlier.Contains) : later.All(earlier.Contains));
}
