using System.Globalization;
using System.Text;
using Steth.Lab.Commands;
using Steth.Lab.Guests;
using Steth.Lab.Hosts;
using Steth.Lab.Plan;
using Steth.Lab.Processes;
using Steth.Lab.State;
using Steth.Lab.Wiring;

namespace Steth.Lab.Building;

/// <summary>Brings a lab up. What does not depend on each other happens at the same time; the machine is the limit.</summary>
internal sealed class LabBuilder(LabPlan plan, Datapath datapath, LabDirectory directory, Launcher launcher, string agent, LabCertificates certificates)
{
    /// <summary>The port every agent listens on.</summary>
    private const int AgentPort = 9698;

    /// <summary>Hosts worked on at once: a small cloud whole. More programs that start together only wait for each other.</summary>
    private const int AtOnce = 8;

    private static readonly TimeSpan GuestDeadline = Patience.OfSeconds(30);
    private static readonly TimeSpan StartDeadline = Patience.OfSeconds(60);

    /// <summary>Returns when the agents accept and every VM has its lease.</summary>
    /// <exception cref="LabException">Something did not come up.</exception>
    public async Task BuildAsync(CancellationToken ct)
    {
        var state = new LabState { Name = plan.Name.Text, BareHosts = plan.BareHosts, Datapath = datapath };
        directory.Write(state);
        var identities = certificates.MakeAsync(ct);
        var zones = ConntrackZones.AreThereAsync(launcher, ct);
        var hosts = await StartHostsAsync(ct);
        state = state with { HostProcesses = hosts.ToDictionary(host => host.Name, host => host.Process) };
        directory.Write(state);

        var guests = hosts.Where(host => plan.VmPortsOn(host.Name).Count > 0).Select(host => StartGuests(host)).ToArray();
        await Cables.PlugAsync(hosts.Single(host => host.Name == "sw"), hosts, ct);
        var kernel = new HostKernel(datapath, await zones);
        await EachAsync<Func<CancellationToken, Task>>(
        [
            stop => WireAsync(hosts, kernel, guests, stop),
            async stop =>
            {
                await identities;
                await EachAsync(hosts.Where(host => host.Plan.IsVisible), StartAgentAsync, stop);
            },
            stop => EachAsync(StandIns(plan), (server, token) => StartServerAsync(HostOf(server), server, token), stop),
        ], (part, stop) => part(stop), ct);
        await Task.WhenAll(guests.SelectMany(guest => LeasesAsync(guest, ct)));

        var config = Config();
        await File.WriteAllTextAsync(directory.ConfigFile, config, ct);
        foreach (var host in hosts) // the same path inside: `exec ctl -- steth agents` reads it too
            await File.WriteAllTextAsync(host.Root + directory.ConfigFile, config, ct);
        directory.Write(state with { IsUp = true });

        LabHost HostOf(HostCommand command) => hosts.Single(host => host.Name == command.Host);
    }

    /// <summary>Does something for each, some at a time; when one fails the others are cancelled and waited for.</summary>
    private static Task EachAsync<T>(IEnumerable<T> all, Func<T, CancellationToken, Task> act, CancellationToken ct)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct };
        return Parallel.ForEachAsync(all, options, (one, stop) => new ValueTask(act(one, stop)));
    }

    private async Task<IReadOnlyList<LabHost>> StartHostsAsync(CancellationToken ct)
    {
        var starter = new HostStarter(plan, directory, launcher);
        HostStarter.PrepareMountPoints();
        var started = plan.Hosts.Select(host => (Host: host, Process: starter.Start(host))).ToArray();
        var hosts = new LabHost[started.Length];
        await EachAsync(started.Index(), async (start, stop) =>
            hosts[start.Index] = await starter.FurnishAsync(start.Item.Host, start.Item.Process, stop), ct);
        return hosts;
    }

    private async Task WireAsync(
        IReadOnlyList<LabHost> hosts, HostKernel kernel, (LabHost Host, int Process, string Log)[] guests, CancellationToken ct)
    {
        if (plan.IsBare)
        {
            await EachAsync(hosts.Where(host => host.Plan.IsVisible), Cables.AddressAsync, ct);
            if (plan.IsCrowded)
                await EachAsync(hosts.Where(host => host.Plan.IsVisible), (host, stop) => Cables.IntroduceAsync(host, plan, stop), ct);
            return;
        }
        var emptyDatabase = await OvsNode.CreateDatabaseAsync(directory, launcher, ct);
        await EachAsync(hosts, (host, stop) =>
            NetworkNode.WireAsync(host, plan, kernel, emptyDatabase, TapsThereAsync(guests, host, stop), stop), ct);
    }

    private (LabHost Host, int Process, string Log) StartGuests(LabHost host)
    {
        var log = Path.Combine(directory.LogsOf(host.Name), "guests.log");
        var specs = plan.VmPortsOn(host.Name).Select(port => GuestSpec.Of(port).ToString());
        return (host, host.StartDaemon([OwnProgram(), "guest", "--name", plan.Name.Text, .. specs], log), log);
    }

    private Task StartAgentAsync(LabHost host, CancellationToken ct)
    {
        certificates.Give(host);
        string[] yielding = plan.IsCrowded ? ["nice", "-n", "10"] : [];
        string[] command = [.. yielding, agent, "--listen", "0.0.0.0", "--port", $"{AgentPort}", "--tls", certificates.NodeFolder, "--audit", "/run/steth/audit.log"];
        return StartAsync("The agent", host, new HostCommand(host.Name, command, Log: "agent.log"), ct);
    }

    private Task StartServerAsync(LabHost host, HostCommand server, CancellationToken ct) =>
        StartAsync("The metadata server", host, server, ct);

    private Task StartAsync(string what, LabHost host, HostCommand program, CancellationToken ct)
    {
        var log = Path.Combine(directory.LogsOf(host.Name), program.Log!);
        var process = host.StartDaemon(program.Command, log);
        return Waiting.ForAsync($"{what} on {host.Name}", process, log, MetadataCommands.Listening, StartDeadline, ct);
    }

    /// <summary>The stand-ins behind the metadata proxies, and where they run; a bare lab has none.</summary>
    public static IReadOnlyList<HostCommand> StandIns(LabPlan plan) => plan.IsBare ? [] :
    [
        new("ctl", [OwnProgram(), "nova-metadata", "--name", plan.Name.Text], Log: "nova-metadata.log"),
        new(LabPlan.NetworkHost, [OwnProgram(), "metadata-agent", "--name", plan.Name.Text], Log: "metadata-agent.log"),
    ];

    private static Task TapsThereAsync((LabHost Host, int Process, string Log)[] guests, LabHost host, CancellationToken ct) =>
        Task.WhenAll(guests.Where(guest => guest.Host == host).Select(guest =>
            Waiting.ForAsync($"The guests of {host.Name}", guest.Process, guest.Log, GuestCommandWords.TapsThere, GuestDeadline, ct)));

    private IEnumerable<Task> LeasesAsync((LabHost Host, int Process, string Log) guest, CancellationToken ct) =>
        plan.VmPortsOn(guest.Host.Name).Select(port => Waiting.ForAsync($"The DHCP lease of {port.Name} on {port.Host}", guest.Process, guest.Log,
            Guest.LeaseLine(GuestSpec.Of(port), port.Address, plan.DhcpPort(port.Network).Address), GuestDeadline, ct));

    private string Config()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Written by steth-lab: the nodes of this lab and their address on each network.\ntls = {certificates.OperatorFolder}\n[nodes]\n");
        foreach (var host in plan.Hosts.Where(host => host.IsVisible))
        {
            text.Append(CultureInfo.InvariantCulture, $"{host.Name} = mgmt:{host.Management}");
            if ((host.Fabric ?? host.Underlay) is { } net)
                text.Append(CultureInfo.InvariantCulture, $", net:{net}");
            if (host.Storage is not null)
                text.Append(CultureInfo.InvariantCulture, $", storage:{host.Storage}");
            text.Append('\n');
        }
        return text.ToString();
    }

    private static string OwnProgram() => Path.GetFileName(Environment.ProcessPath) == "steth-lab"
        ? Environment.ProcessPath!
        : Path.Combine(AppContext.BaseDirectory, "steth-lab"); // the library is another program's
}
