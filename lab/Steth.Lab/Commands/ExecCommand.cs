using System.CommandLine;
using Steth.Lab.Hosts;
using Steth.Lab.Names;
using Steth.Lab.Processes;
using Steth.Lab.State;

namespace Steth.Lab.Commands;

/// <summary>`exec`: becomes a command inside a host, with this terminal and its exit code.</summary>
internal static class ExecCommand
{
    private static readonly string[] EnterPaths = ["/usr/bin/nsenter", "/bin/nsenter"];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var lab = LabOptions.Name();
        var host = new Argument<string>("HOST")
        {
            Description = "ctl, net1, comp1, comp2, sw (the switch), ext (the outside); bare hosts: node-1, node-2, …",
        };
        var words = new Argument<string[]>("CMD") { Description = "Command and arguments, after --", Arity = ArgumentArity.OneOrMore };
        var command = new Command("exec", "Run a command on a host: steth-lab exec comp1 -- ip link") { lab, host, words };
        command.SetAction(parsed => Run(
            LabName.Parse(parsed.GetRequiredValue(lab)), parsed.GetRequiredValue(host), parsed.GetRequiredValue(words)));
        return command;
    }

    private static int Run(LabName lab, string host, string[] words)
    {
        var directory = new LabDirectory(lab);
        var state = directory.ReadUp();
        var process = state.HostProcesses[state.ToPlan().Host(host).Name];
        var path = EnterPaths.FirstOrDefault(File.Exists) ?? throw new LabException("nsenter is missing: install the package util-linux.");
        new Launcher(lab).Become(path, LabHost.Enter(process, words), new Dictionary<string, string> { ["STETH_CONFIG"] = directory.ConfigFile });
        return 0;
    }
}
