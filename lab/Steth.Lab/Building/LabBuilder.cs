using System.Globalization;
using System.Text;
using Steth.Lab.Commands;
using Steth.Lab.Guests;
using Steth.Lab.Hosts;
using Steth.Lab.Names;
using Steth.Lab.Plan;
using Steth.Lab.Processes;
using Steth.Lab.State;
using Steth.Lab.Wiring;

namespace Steth.Lab.Building;

/// <summary>Brings a lab up. What does not depend on each other happens at the same time; the machine is the limit.</summary>
internal sealed class LabBuilder(LabPlan plan, LabDirectory directory, Launcher launcher, string agent)
{
    /// <summary>The port every agent listens on.</summary>
    private const int AgentPort = 9698;

    private static readonly TimeSpan GuestDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AgentDeadline = TimeSpan.FromSeconds(30);

    /// <summary>Returns when the agents accept and every VM has its lease.</summary>
    /// <exception cref="LabException">Something did not come up.</exception>
    public async Task BuildAsync(CancellationToken ct)
    {
        var state = new LabState { Name = plan.Name.Text };
        directory.Write(state);
        var starter = new HostStarter(plan, directory, launcher);
        HostStarter.PrepareMountPoints();
        var emptyDatabase = OvsNode.CreateDatabaseAsync(directory, launcher, ct);
        var started = plan.Hosts.Select(host => (Host: host, Process: starter.Start(host))).ToArray();
        var hosts = await Task.WhenAll(started.Select(start => starter.FurnishAsync(start.Host, start.Process, ct)));
        state = state with { HostProcesses = hosts.ToDictionary(host => host.Name, host => host.Process) };
        directory.Write(state);

        var guests = hosts.Where(host => plan.VmPortsOn(host.Name).Count > 0).Select(host => StartGuests(host)).ToArray();
        await Cables.PlugAsync(hosts.Single(host => host.Name == "sw"), hosts, ct);
        var agents = hosts.Where(host => host.Plan.IsVisible).Select(host => StartAgent(host)).ToArray();
        var servers = StandIns(plan.Name).Select(server => StartServer(hosts.Single(host => host.Name == server.Host), server)).ToArray();
        await Task.WhenAll(hosts.Select(host => NetworkNode.WireAsync(host, plan, emptyDatabase, TapsThereAsync(guests, host, ct), ct)));
        await Task.WhenAll(
        [
            .. guests.SelectMany(guest => LeasesAsync(guest, ct)),
            .. agents.Select(agent => ListeningAsync("The agent", agent, ct)),
            .. servers.Select(server => ListeningAsync("The metadata server", server, ct)),
        ]);

        var config = Config();
        await File.WriteAllTextAsync(directory.ConfigFile, config, ct);
        foreach (var host in hosts) // the same path inside: `exec ctl -- steth agents` reads it too
            await File.WriteAllTextAsync(host.Root + directory.ConfigFile, config, ct);
        directory.Write(state with { IsUp = true });
    }

    private (LabHost Host, int Process, string Log) StartGuests(LabHost host)
    {
        var log = Path.Combine(directory.LogsOf(host.Name), "guests.log");
        var specs = plan.VmPortsOn(host.Name).Select(port => GuestSpec.Of(port).ToString());
        return (host, host.StartDaemon([OwnProgram(), "guest", "--name", plan.Name.Text, .. specs], log), log);
    }

    private (LabHost Host, int Process, string Log) StartAgent(LabHost host)
    {
        var log = Path.Combine(directory.LogsOf(host.Name), "agent.log");
        return (host, host.StartDaemon([agent, "--listen", "0.0.0.0", "--port", $"{AgentPort}", "--insecure"], log), log);
    }

    private (LabHost Host, int Process, string Log) StartServer(LabHost host, HostCommand server)
    {
        var log = Path.Combine(directory.LogsOf(host.Name), server.Log!);
        return (host, host.StartDaemon(server.Command, log), log);
    }

    /// <summary>The stand-ins behind the metadata proxies, and where they run.</summary>
    public static IReadOnlyList<HostCommand> StandIns(LabName lab) =>
    [
        new("ctl", [OwnProgram(), "nova-metadata", "--name", lab.Text], Log: "nova-metadata.log"),
        new(LabPlan.NetworkHost, [OwnProgram(), "metadata-agent", "--name", lab.Text], Log: "metadata-agent.log"),
    ];

    private static Task TapsThereAsync((LabHost Host, int Process, string Log)[] guests, LabHost host, CancellationToken ct) =>
        Task.WhenAll(guests.Where(guest => guest.Host == host).Select(guest =>
            Waiting.ForAsync($"The guests of {host.Name}", guest.Process, guest.Log, GuestCommandWords.TapsThere, GuestDeadline, ct)));

    private IEnumerable<Task> LeasesAsync((LabHost Host, int Process, string Log) guest, CancellationToken ct) =>
        plan.VmPortsOn(guest.Host.Name).Select(port => Waiting.ForAsync($"The DHCP lease of {port.Name} on {port.Host}", guest.Process, guest.Log,
            Guest.LeaseLine(GuestSpec.Of(port), port.Address, plan.DhcpPort(port.Network).Address), GuestDeadline, ct));

    private static Task ListeningAsync(string what, (LabHost Host, int Process, string Log) agent, CancellationToken ct) =>
        Waiting.ForAsync($"{what} on {agent.Host.Name}", agent.Process, agent.Log, MetadataCommands.Listening, AgentDeadline, ct);

    private string Config()
    {
        var text = new StringBuilder("# Written by steth-lab: the nodes of this lab and their address on each network.\n[nodes]\n");
        foreach (var host in plan.Hosts.Where(host => host.IsVisible))
        {
            text.Append(CultureInfo.InvariantCulture, $"{host.Name} = mgmt:{host.Management}");
            if (host.Underlay is not null)
                text.Append(CultureInfo.InvariantCulture, $", net:{host.Underlay}, storage:{host.Storage}");
            text.Append('\n');
        }
        return text.ToString();
    }

    private static string OwnProgram() => Path.GetFileName(Environment.ProcessPath) == "steth-lab"
        ? Environment.ProcessPath!
        : Path.Combine(AppContext.BaseDirectory, "steth-lab"); // the library is another program's
}
