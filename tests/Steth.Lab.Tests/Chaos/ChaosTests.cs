using System.Diagnostics;
using System.Globalization;
using System.Text;
using Steth.Lab.Processes;
using Steth.Lab.State;
using Steth.Lab.Tests.Diagnosing;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Chaos;

/// <summary>
/// Kills the controller or an agent with SIGKILL at random moments of the long commands: once the agent is back and the leases have lapsed,
/// the hosts are what they were. 20 moments; STETH_CHAOS=200 tries as many, STETH_CHAOS_SEED=N the very same ones again.
/// </summary>
[Collection(AloneCollection.Name)]
public class ChaosTests(LabFixture lab) : IClassFixture<LabFixture>
{
    private const int FewMoments = 20;

    // A lease of 2 s, what the undoing takes on a busy machine, and the agent's start.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CommandTime = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kill_AtRandomMoments_LeavesTheHostsAsTheyWere()
    {
        LabFixture.SkipIfUnavailable();
        var moments = Number("STETH_CHAOS") ?? FewMoments;
        var seed = Number("STETH_CHAOS_SEED") ?? Environment.TickCount & int.MaxValue;
        var random = new Random(seed);
        Say($"seed {seed}, {moments} moments");
        await FurnishAsync();
        var commands = ChaosCommand.Of(lab);
        var times = await TimesAsync(commands);
        var before = await HostTraces.TakeAsync(lab);
        var results = new List<ChaosResult>();
        for (var i = 0; i < moments; i++)
        {
            var command = commands[i % commands.Count];
            // Every command in turn; the controller and an agent by turns of the rounds, so that each command meets both.
            var victim = (i / commands.Count + i % commands.Count) % 2 == 0 ? null : command.Agents[random.Next(command.Agents.Length)];
            var moment = times[command] * random.NextDouble();
            var clean = await KillAsync(command, victim, moment, before);
            var result = new ChaosResult(command.Name, victim, moment, clean.After, clean.Residue);
            results.Add(result);
            Say($"{i + 1}: {result}");
            if (clean.Residue is not null)
                before = await HostTraces.TakeAsync(lab);
        }

        Say(string.Join('\n', ReliabilityPage.Table(results, seed)));
        if (Environment.GetEnvironmentVariable("STETH_WRITE_DOCS") == "1")
            ReliabilityPage.Write(results, seed);
        results.Where(r => r.Residue is not null).Select(r => r.ToString()).ShouldBeEmpty($"seed {seed}");
        (await Diagnosed.OfAsync(lab, lab.Plan.VmPorts[0])).ShouldBeHealthy();
    }

    /// <summary>A NIC of the host that nothing uses, and a configuration with short leases.</summary>
    private async Task FurnishAsync()
    {
        await lab.ExecAsync("comp1", "ip", "link", "add", "eth4", "type", "veth", "peer", "name", "eth4p");
        // A device gets its queue when it first comes up (dev_activate), and keeps it: that is nothing a lease could take back.
        await lab.ExecAsync("comp1", "ip", "link", "set", "eth4", "up");
        await lab.ExecAsync("comp1", "ip", "link", "set", "eth4", "down");
        await File.WriteAllTextAsync(Configuration, "lease_seconds = 2\n" + await File.ReadAllTextAsync(lab.ConfigFile, Token), Token);
    }

    private string Configuration => $"/run/steth-lab/{lab.Name}/chaos.conf";

    /// <summary>How long each command takes when it is left alone.</summary>
    private async Task<Dictionary<ChaosCommand, TimeSpan>> TimesAsync(IReadOnlyList<ChaosCommand> commands)
    {
        var times = new Dictionary<ChaosCommand, TimeSpan>();
        foreach (var command in commands)
        {
            // A request is answered within this; a kill just after that is of interest too.
            if (command.IsRequest)
            {
                times[command] = TimeSpan.FromSeconds(1);
                continue;
            }
            var clock = Stopwatch.StartNew();
            using var process = await StartAsync(command);
            await EndAsync(process);
            process.ExitCode.ShouldBeLessThan(64, command.Name);
            times[command] = clock.Elapsed;
            Say($"{command.Name}: {clock.Elapsed.TotalSeconds:0.0} s");
        }
        return times;
    }

    private async Task<(TimeSpan After, string? Residue)> KillAsync(ChaosCommand command, string? victim, TimeSpan moment, string before)
    {
        using var process = await StartAsync(command);
        await Task.Delay(moment, Token);
        var clock = Stopwatch.StartNew();
        if (victim is null)
        {
            process.Kill(entireProcessTree: true);
        }
        else
        {
            await lab.ExecAsync(victim, "pkill", "-KILL", "-x", "steth-agent");
            await RestartAsync(victim);
            // A caller that waits for ever is ended; steth ends by itself and gives back what the other agents still hold.
            if (command.IsRequest)
                process.Kill(entireProcessTree: true);
        }
        await EndAsync(process);
        var after = await HostTraces.WaitAsync(lab, before, Patience);
        return (clock.Elapsed, after == before ? null : Difference(before, after));
    }

    private async Task<Process> StartAsync(ChaosCommand command)
    {
        if (!command.IsRequest)
            return await Commands.Steth.StartAsync(lab, ["--config", Configuration, .. command.Words]);
        var folder = $"/run/steth-lab/{lab.Name}/operator";
        var start = new ProcessStartInfo("nsenter", [
            $"--net={(await lab.EnvironmentAsync())["STETH_NETNS"]}", "--", "sh", "-c", "curl -s \"$@\"; sleep 600", "sh",
            "--cacert", $"{folder}/ca.pem", "--cert", $"{folder}/cert.pem", "--key", $"{folder}/key.pem",
            "-H", "Content-Type: application/json", "-d", command.Words[0],
            $"https://{lab.Plan.Host(command.Agents[0]).Management}:9698/jsonrpc"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    /// <summary>Waits for its end, and reads what it says so that it never waits for us.</summary>
    private static async Task EndAsync(Process process)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(CommandTime);
        try
        {
            await Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(deadline.Token),
                process.StandardError.ReadToEndAsync(deadline.Token),
                process.WaitForExitAsync(deadline.Token));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Starts the agent as the lab did, and waits until it answers.</summary>
    private async Task RestartAsync(string host)
    {
        var process = new LabDirectory(lab.Plan.Name).ReadUp().HostProcesses[host];
        var folder = new LabDirectory(lab.Plan.Name);
        new Launcher(lab.Plan.Name).StartDaemon(
            Hosts.LabHost.Enter(process,
                [Commands.Steth.AgentPath, "--listen", "0.0.0.0", "--port", "9698", "--tls", Path.Combine(folder.Root, "node")]),
            Path.Combine(folder.LogsOf(host), "agent.log"));
        var clock = Stopwatch.StartNew();
        while (!(await lab.ExecAsync(host, "ss", "-Hltn", "sport", "=", "9698")).Contains("9698", StringComparison.Ordinal))
        {
            clock.Elapsed.ShouldBeLessThan(CommandTime, $"the agent of {host} does not come back");
            await Task.Delay(50, Token);
        }
    }

    private static string Difference(string before, string after)
    {
        var (was, now) = (before.Split('\n'), after.Split('\n'));
        var text = new StringBuilder();
        foreach (var line in now.Except(was, StringComparer.Ordinal))
            text.Append("\n  + ").Append(line);
        foreach (var line in was.Except(now, StringComparer.Ordinal))
            text.Append("\n  - ").Append(line);
        return text.Length > 0 ? text.ToString() : "\n  more or fewer of the same lines";
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static void Say(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);
}
