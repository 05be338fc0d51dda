using System.CommandLine;
using Steth.Lab.Names;
using Steth.Lab.Output;
using Steth.Lab.State;

namespace Steth.Lab.Commands;

/// <summary>`env`: what a shell must export for steth to work against the lab: its configuration, and the controller's network namespace.</summary>
internal static class EnvCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var name = LabOptions.Name();
        var command = new Command("env", "Print exports for a shell: eval \"$(steth-lab env)\"") { name };
        command.SetAction(parsed =>
        {
            var directory = new LabDirectory(LabName.Parse(parsed.GetRequiredValue(name)));
            var state = directory.ReadUp();
            LabConsole.Data($"export STETH_CONFIG={directory.ConfigFile}\nexport STETH_NETNS=/proc/{state.HostProcesses["ctl"]}/ns/net");
            return 0;
        });
        return command;
    }
}
