using System.CommandLine;
using Steth.Lab.Building;
using Steth.Lab.Names;
using Steth.Lab.Output;
using Steth.Lab.State;

namespace Steth.Lab.Commands;

/// <summary>`down`: takes a lab down, also one whose `up` was killed. Nothing to take down is fine.</summary>
internal static class DownCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var name = LabOptions.Name();
        var command = new Command("down", "Take a lab down and leave nothing behind") { name };
        command.SetAction((parsed, ct) => RunAsync(LabName.Parse(parsed.GetRequiredValue(name)), ct));
        return command;
    }

    private static async Task<int> RunAsync(LabName lab, CancellationToken ct)
    {
        var directory = new LabDirectory(lab);
        var existed = directory.Exists;
        using var held = directory.Lock();
        existed |= await LabTeardown.RunAsync(lab, directory, ct);
        LabConsole.Say(existed ? $"lab '{lab}' is down" : $"there was no lab '{lab}'");
        return 0;
    }
}
