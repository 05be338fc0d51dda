using System.CommandLine;
using Steth.Lab.Faults;
using Steth.Lab.Names;
using Steth.Lab.Output;
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
        var host = new Option<string>("--host")
        {
            Description = "For a fault of the fabric: the host whose cabling to break; else the last that fits",
            HelpName = "HOST",
        };
        var command = new Command("break", "Break a lab on purpose") { fault, port, host, lab };
        command.SetAction((parsed, ct) => RunAsync(LabName.Parse(parsed.GetRequiredValue(lab)), parsed.GetRequiredValue(fault),
            parsed.GetValue(port), parsed.GetValue(host), ct));
        return command;
    }

    private static async Task<int> RunAsync(LabName lab, string name, string? port, string? host, CancellationToken ct)
    {
        var directory = new LabDirectory(lab);
        var plan = directory.ReadUp().ToPlan();
        using var held = directory.Lock();
        var book = new FaultBook(plan, directory, new Launcher(lab));
        var fabric = FabricFaults.Find(name);
        if (fabric is not null && port is not null)
            throw new LabException($"{name} is a fault of the fabric: it takes --host, not --port.");
        if (fabric is null && host is not null)
            throw new LabException($"{FaultCatalogue.Find(name).Name} is a fault of a VM's network: it takes --port, not --host.");
        var site = fabric is null ? await book.BreakAsync(name, port, ct) : await book.BreakFabricAsync(fabric, host, ct);
        LabConsole.Say($"made {name} at {site.Device} on {site.Host}: {fabric?.Title ?? FaultCatalogue.Find(name).Title}");
        return 0;
    }
}
