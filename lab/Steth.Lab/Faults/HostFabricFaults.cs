using Steth.Lab.Plan;
using Steth.Lab.State;

namespace Steth.Lab.Faults;

/// <summary>What goes wrong on hosts and with who they are: addresses, DHCP servers, names, clocks.</summary>
internal static class HostFabricFaults
{
    private const string Names = "/etc/hosts";
    private const string AgentPid = "/run/steth-agent.pid";

    /// <summary>The faults.</summary>
    public static IReadOnlyList<FabricFault> All { get; } =
    [
        new()
        {
            Name = "fabric-duplicate-address",
            Title = "the switch host has the host's storage address, too",
            Check = "addresses",
            Site = (_, _) => new FaultSite("sw", "brstor"),
            PlanAsync = (scene, _) => scene.Steps(
                make: ["ip", "addr", "add", $"{scene.Plan.Host(scene.Host).Storage}/32", "dev", scene.Site.Device],
                undo: ["ip", "addr", "del", $"{scene.Plan.Host(scene.Host).Storage}/32", "dev", scene.Site.Device]).Now(),
        },
        new()
        {
            Name = "fabric-second-dhcp-server",
            Title = "a DHCP server, none of Neutron's, answers on provider VLAN 101",
            Check = "addresses",
            Site = (_, _) => new FaultSite("sw", "phys"),
            PlanAsync = (scene, _) => RogueServer.Steps(
                scene.Site.Host, "rogue1", scene.Site.Device, scene.Plan.Vnet.SegmentationId!.Value, scene.Plan.Vnet.Range).Now(),
        },
        new()
        {
            Name = "fabric-own-name-loopback",
            Title = "the host's own name is 127.0.1.1 in its /etc/hosts",
            Check = "dns",
            Site = (_, host) => new FaultSite(host, Names),
            PlanAsync = (scene, ct) => RenamedAsync(scene, scene.Host, "127.0.1.1", ct),
        },
        new()
        {
            Name = "fabric-stale-name",
            Title = "net1 has an old address in the host's /etc/hosts",
            Check = "dns",
            Fits = plan => plan.WiredHosts.Select(host => host.Name).Where(name => name != LabPlan.NetworkHost),
            Site = (_, host) => new FaultSite(host, Names),
            PlanAsync = (scene, ct) => RenamedAsync(scene, LabPlan.NetworkHost, "10.77.0.99", ct),
        },
        new()
        {
            Name = "fabric-clock-offset",
            Title = "the host's clock is 90 s ahead, as its agent sees it; needs the package faketime",
            Check = "clock",
            Site = (_, host) => new FaultSite(host, "steth-agent"),
            PlanAsync = ClockOffsetAsync,
        },
    ];

    private static async Task<FaultSteps> RenamedAsync(FabricScene scene, string name, string address, CancellationToken ct)
    {
        var before = await scene.HostOf(scene.Site.Host).RunAsync(["cat", Names], ct);
        var after = string.Join('\n', before.Split('\n').Select(line => line.EndsWith(" " + name, StringComparison.Ordinal) ? $"{address} {name}" : line));
        return new FaultSteps([Write(after)], [Write(before)]);

        // Mounted from a file, so it is written to and not replaced.
        HostCommand Write(string text) => new(scene.Site.Host, ["tee", Names], text);
    }

    /// <summary>Clocks are no namespace of the kernel's, so the agent is started anew with libfaketime between it and the clock.</summary>
    private static async Task<FaultSteps> ClockOffsetAsync(FabricScene scene, CancellationToken ct)
    {
        var library = Directory.EnumerateDirectories("/usr/lib").Select(folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1"))
            .FirstOrDefault(File.Exists) ?? throw new LabException("libfaketimeMT.so.1 is not there: install the package faketime.");
        var host = scene.HostOf(scene.Site.Host);
        var process = (await host.RunAsync(["pidof", "-s", scene.Site.Device], ct)).Trim();
        var agent = (await host.RunAsync(["cat", $"/proc/{process}/cmdline"], ct)).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        return new FaultSteps(
            [
                new HostCommand(host.Name, ["kill", "-KILL", process]),
                .. Started(["env", $"LD_PRELOAD={library}", "FAKETIME=+90s", "FAKETIME_DONT_FAKE_MONOTONIC=1", .. agent]),
            ],
            [new HostCommand(host.Name, ["pkill", "-KILL", "-F", AgentPid]), .. Started(agent)]);

        IEnumerable<HostCommand> Started(IEnumerable<string> command) =>
        [
            new HostCommand(host.Name, ["sh", "-c", $"echo $$ >{AgentPid}; exec \"$@\"", "sh", .. command], Log: "agent.log"),
            new HostCommand(host.Name, ["sh", "-c", "until ss -Hltn 'sport = :9698' | grep -q .; do sleep 0.1; done"]),
        ];
    }
}
