using Steth.Contracts.Operations;

namespace Steth.Diagnosis.Checks;

/// <summary>What to do about a device of a port's path that an agent found wrong.</summary>
/// <remarks>
/// An agent says what is wrong in words (<see cref="PortDevice.Problem"/>); words that are not known here get no advice rather than a wrong
/// one.
/// Nova makes a guest's devices and Neutron's agent their tags, so those are what is run again.
/// </remarks>
public static class WiringRemedy
{
    private const string Rewire = "restart neutron-openvswitch-agent";

    /// <summary>One clause that names the host, or null when there is nothing to advise.</summary>
    /// <param name="host">Name of the node.</param>
    /// <param name="device">The device, with what is wrong with it.</param>
    public static string? For(string host, PortDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.Problem is not { } problem)
            return null;
        // Several problems of one device stand in the order they have to be put right.
        var first = problem.Split("; ")[0];
        var clause = first switch
        {
            "missing" => Missing(device),
            "down" => $"run 'ip link set {device.Device} up'",
            "no carrier" => WithoutCarrier(device),
            _ when device.Kind is PortDeviceKind.Tap or PortDeviceKind.Qvb
                && device.Bridge?.StartsWith("qbr", StringComparison.Ordinal) == true =>
                $"run 'ip link set {device.Device} master {device.Bridge}'",
            _ when first.StartsWith("not on its bridge", StringComparison.Ordinal) => "reboot the guest hard, so that Nova plugs it again",
            _ when first.Contains("dead VLAN", StringComparison.Ordinal) =>
                $"look in the log of neutron-openvswitch-agent why it did not wire the port, then {Rewire}",
            _ when first.Contains(" instead of ", StringComparison.Ordinal) => Rewire,
            _ => null,
        };
        return clause is null ? null : $"on {host} {clause}";
    }

    private static string? Missing(PortDevice device) => device switch
    {
        { Kind: PortDeviceKind.Nic } => null,
        { Namespace: not null } => "restart neutron-dhcp-agent",
        _ => "see whether the guest runs, and reboot it hard, so that Nova plugs it again",
    };

    private static string? WithoutCarrier(PortDevice device) => device switch
    {
        { Kind: PortDeviceKind.Nic } => $"look at the cable and the switch port of {device.Device}",
        { Kind: PortDeviceKind.Tap, Namespace: null } => "see whether the guest runs: nothing holds its tap",
        _ => null,
    };
}
