using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Steth.Lab.Building;
using Steth.Lab.Names;
using Steth.Lab.Output;
using Steth.Lab.Plan;
using Steth.Lab.Processes;
using Steth.Lab.State;

namespace Steth.Lab.Commands;

/// <summary>`up`: brings a lab up; what fails half-way is taken down again.</summary>
internal static class UpCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var name = LabOptions.Name();
        var agent = new Option<string>("--agent")
        {
            Description = "The steth-agent to start on every host (else STETH_LAB_AGENT, else the one beside steth-lab)",
            HelpName = "PATH",
        };
        var steth = new Option<string>("--steth")
        {
            Description = "The steth that makes the agents' certificates (else STETH_LAB_STETH, else the one beside steth-lab)",
            HelpName = "PATH",
        };
        var nodes = new Option<int>("--nodes")
        {
            Description = $"Bare hosts instead of a cloud: node-1 to node-N on one fabric, an agent on each; up to {LabPlan.MostBareHosts}",
            HelpName = "N",
        };
        nodes.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => !int.TryParse(token.Value, CultureInfo.InvariantCulture, out var number)
                || number is < 1 or > LabPlan.MostBareHosts))
                result.AddError($"--nodes takes a number from 1 to {LabPlan.MostBareHosts}.");
        });
        var datapath = new Option<string>("--datapath")
        {
            Description = "What forwards the packets of the Open vSwitch bridges: ovs-vswitchd (netdev) or the kernel's module (system)",
            HelpName = "netdev|system",
            DefaultValueFactory = _ => "netdev",
        };
        datapath.AcceptOnlyFromAmong("netdev", "system");
        var command = new Command("up", "Bring a lab up: switch, controller, network node, two compute nodes, eight VMs; or bare hosts")
        {
            name, nodes, agent, steth, datapath,
        };
        command.SetAction((parsed, ct) => RunAsync(
            new LabPlan(LabName.Parse(parsed.GetRequiredValue(name)), parsed.GetValue(nodes)),
            parsed.GetValue(agent),
            parsed.GetValue(steth),
            parsed.GetRequiredValue(datapath) == "system" ? Datapath.System : Datapath.Netdev,
            ct));
        return command;
    }

    private static async Task<int> RunAsync(LabPlan plan, string? agent, string? steth, Datapath datapath, CancellationToken ct)
    {
        var lab = plan.Name;
        var since = Stopwatch.GetTimestamp();
        await Task.Yield(); // System.CommandLine listens for interrupts only once its command has returned to it
        var program = ProductProgram.Agent.Find(agent);
        var maker = ProductProgram.Steth.Find(steth);
        if (!Environment.IsPrivilegedProcess)
            throw new LabException("A lab is made of namespaces and network devices: run steth-lab as root.");
        if (datapath == Datapath.System && !Directory.Exists("/sys/module/openvswitch"))
            throw new LabException("The kernel's openvswitch module is not loaded: `modprobe openvswitch` first, or leave --datapath out.");
        var directory = new LabDirectory(lab);
        using var held = directory.Lock();
        if (directory.Read() is not null || LabMark.Find(lab).Count > 0)
            throw new LabException($"Lab '{lab}' is there already, whole or in part: `steth-lab down --name {lab}` first.");
        try
        {
            var launcher = new Launcher(lab);
            var certificates = new LabCertificates(plan, directory, launcher, maker);
            await new LabBuilder(plan, datapath, directory, launcher, program, certificates).BuildAsync(ct);
        }
        catch
        {
            await LabTeardown.RunAsync(lab, directory, CancellationToken.None);
            ct.ThrowIfCancellationRequested(); // an interrupt reaches the tools too: what they say of it is not the reason
            throw;
        }
        LabConsole.Say(string.Create(CultureInfo.InvariantCulture,
            $"lab '{lab}' is up after {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s; from your shell: eval \"$(steth-lab env --name {lab})\""));
        return 0;
    }
}
