using System.CommandLine;
using Steth.Lab.Faults;
using Steth.Lab.Names;
using Steth.Lab.Output;
using Steth.Lab.Processes;
using Steth.Lab.State;

namespace Steth.Lab.Commands;

/// <summary>`heal`: undoes one fault, or all of them.</summary>
internal static class HealCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var lab = LabOptions.Name();
        var fault = new Argument<string?>("FAULT") { Description = "Name of the fault; else all that are made", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("heal", "Undo a fault, or all of them") { fault, lab };
        command.SetAction((parsed, ct) => RunAsync(LabName.Parse(parsed.GetRequiredValue(lab)), parsed.GetValue(fault), ct));
        return command;
    }

    private static async Task<int> RunAsync(LabName lab, string? fault, CancellationToken ct)
    {
        var directory = new LabDirectory(lab);
        var plan = directory.ReadUp().ToPlan();
        using var held = directory.Lock();
        var healed = await new FaultBook(plan, directory, new Launcher(lab)).HealAsync(fault, ct);
        LabConsole.Say(healed.Count == 0 ? "nothing is broken" : "healed " + string.Join(", ", healed));
        return 0;
    }
}
