using Steth.Lab.State;

namespace Steth.Lab.Faults;

/// <summary>V1: the guest's tap.</summary>
internal static class GuestFaults
{
    /// <summary>The faults.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        new()
        {
            Name = "V1-tap-down",
            Title = "the port's tap is down",
            Site = (_, port) => new FaultSite(port.Host, port.Tap),
            PlanAsync = (scene, _) => LinkDown(scene),
        },
        new()
        {
            Name = "V1-tap-missing",
            Title = "the port's tap is not on its host",
            Site = (_, port) => new FaultSite(port.Host, port.Tap),
            PlanAsync = (scene, _) => TapMissing(scene),
        },
    ];

    /// <summary>A device of the site's host is down.</summary>
    public static Task<FaultSteps> LinkDown(FaultScene scene) => scene.Steps(
        make: ["ip", "link", "set", scene.Site.Device, "down"],
        undo: ["ip", "link", "set", scene.Site.Device, "up"]).Now();

    /// <summary>Deleting a tap would end its guest: it is put where nobody looks.</summary>
    private static Task<FaultSteps> TapMissing(FaultScene scene)
    {
        var (host, port) = (scene.Port.Host, scene.Port);
        var away = "away-" + port.Short;
        var make = HostCommand.Ip(host, [$"netns add {away}", $"link set {port.Tap} netns {away}"]);
        var back = HostCommand.Ip(host, [$"link set {port.Tap} netns 1"], away); // to the namespace of the host's first process
        var clear = HostCommand.Ip(host, [$"link set {port.Tap} up", $"netns del {away}"]);
        return (port.IsHybrid
            ? new FaultSteps([make], [back, HostCommand.Ip(host, [$"link set {port.Tap} master {port.Bridge}"]), clear])
            // OVS puts the flags back that it found: up comes last.
            : new FaultSteps([make], [back, .. PortFaults.Plugged(scene.Plan, port, again: true), clear])).Now();
    }
}
