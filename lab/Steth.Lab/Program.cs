using System.CommandLine;
using Steth.Lab;
using Steth.Lab.Commands;
using Steth.Lab.Output;

const int Failed = 1;
const int WrongUsage = 64;

var root = new RootCommand("A small OpenStack cloud's network on one machine: real namespaces, Open vSwitch, dnsmasq and packets, and ways to break it.")
{
    UpCommand.Create(),
    DownCommand.Create(),
    StatusCommand.Create(),
    EnvCommand.Create(),
    FaultsCommand.Create(),
    BreakCommand.Create(),
    HealCommand.Create(),
    ProbeCommand.Create(),
    ExecCommand.Create(),
    GuestCommand.Create(),
    MetadataCommands.CreateAgent(),
    MetadataCommands.CreateNova(),
};
var parsed = root.Parse(args);
try
{
    // A lab that is interrupted on its way up is taken down before the program ends.
    var code = await parsed.InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = TimeSpan.FromSeconds(10),
    });
    return parsed.Errors.Count > 0 ? WrongUsage : code;
}
catch (LabException e)
{
    LabConsole.Say($"steth-lab: {e.Message}");
    return Failed;
}
catch (OperationCanceledException)
{
    LabConsole.Say("steth-lab: interrupted");
    return Failed;
}
catch (UnauthorizedAccessException e)
{
    LabConsole.Say($"steth-lab: {e.Message} Run it as root.");
    return Failed;
}
