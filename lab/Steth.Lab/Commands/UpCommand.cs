using System.CommandLine;
using System.Diagnostics;
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
        var command = new Command("up", "Bring a lab up: switch, controller, network node, two compute nodes, eight VMs") { name, agent };
        command.SetAction((parsed, ct) => RunAsync(LabName.Parse(parsed.GetRequiredValue(name)), parsed.GetValue(agent), ct));
        return command;
    }

    private static async Task<int> RunAsync(LabName lab, string? agent, CancellationToken ct)
    {
        var since = Stopwatch.GetTimestamp();
        await Task.Yield(); // System.CommandLine listens for interrupts only once its command has returned to it
        var program = AgentProgram.Find(agent);
        if (!Environment.IsPrivilegedProcess)
            throw new LabException("A lab is made of namespaces and network devices: run steth-lab as root.");
        var directory = new LabDirectory(lab);
        using var held = directory.Lock();
        if (directory.Read() is not null || LabMark.Find(lab).Count > 0)
            throw new LabException($"Lab '{lab}' is there already, whole or in part: `steth-lab down --name {lab}` first.");
        try
        {
            await new LabBuilder(new LabPlan(lab), directory, new Launcher(lab), program).BuildAsync(ct);
        }
        catch
        {
            await LabTeardown.RunAsync(lab, directory, CancellationToken.None);
            ct.ThrowIfCancellationRequested(); // an interrupt reaches the tools too: what they say of it is not the reason
            throw;
        }
        LabConsole.Say(string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"lab '{lab}' is up after {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s; from your shell: eval \"$(steth-lab env --name {lab})\""));
        return 0;
    }
}
