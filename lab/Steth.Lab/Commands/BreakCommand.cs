using System.CommandLine;
using Steth.Lab.Faults;
using Steth.Lab.Names;
using Steth.Lab.Output;
using Steth.Lab.Plan;
using Steth.Lab.Processes;
using Steth.Lab.State;

namespace Steth.Lab.Commands;

/// <summary>`break`: makes a fault.</summary>
internal static class BreakCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var lab = LabOptions.Name();
        var fault = new Argument<string>("FAULT") { Description = "Name of the fault, as `faults` lists it" };
        var port = new Option<string>("--port") { Description = "VM port to break, by id or name; else the first that fits", HelpName = "PORT" };
        var command = new Command("break", "Break a lab on purpose") { fault, port, lab };
        command.SetAction((parsed, ct) => RunAsync(
            LabName.Parse(parsed.GetRequiredValue(lab)), parsed.GetRequiredValue(fault), parsed.GetValue(port), ct));
        return command;
    }

    private static async Task<int> RunAsync(LabName lab, string fault, string? port, CancellationToken ct)
    {
        var directory = new LabDirectory(lab);
        directory.ReadUp();
        using var held = directory.Lock();
        var site = await new FaultBook(new LabPlan(lab), directory, new Launcher(lab)).BreakAsync(fault, port, ct);
        LabConsole.Say($"made {fault} at {site.Device} on {site.Host}: {FaultCatalogue.Find(fault).Title}");
        return 0;
    }
}
