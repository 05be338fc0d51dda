using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Steth.Lab.Faults;
using Steth.Lab.Names;
using Steth.Lab.Output;
using Steth.Lab.Probing;
using Steth.Lab.Processes;
using Steth.Lab.State;

namespace Steth.Lab.Commands;

/// <summary>`probe`: what a VM's own user sees. Exit 1 when something does not work.</summary>
internal static class ProbeCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var lab = LabOptions.Name();
        var format = LabOptions.Format();
        var port = new Option<string>("--port")
        {
            Description = "VM port, by id or name",
            HelpName = "PORT",
            DefaultValueFactory = _ => "vm1",
        };
        var command = new Command("probe", "Let a VM try its network, as its user would") { port, lab, format };
        command.SetAction((parsed, ct) => RunAsync(
            LabName.Parse(parsed.GetRequiredValue(lab)), parsed.GetRequiredValue(port), parsed.GetRequiredValue(format) == "json", ct));
        return command;
    }

    private static async Task<int> RunAsync(LabName lab, string port, bool json, CancellationToken ct)
    {
        var state = new LabDirectory(lab).ReadUp();
        var plan = state.ToPlan();
        var tried = await new GuestProbe(plan, state, new Launcher(lab)).TryAsync(FaultBook.VmPort(plan, port), ct);
        var rows = tried.Select(result => new ProbeRow(result.Symptom, result.Wrong is null, result.Wrong)).ToArray();
        LabConsole.Data(json
            ? JsonSerializer.Serialize(rows, ProbeRowJson.Default.ProbeRowArray)
            : TextTable.Of(["symptom", "works", "else"],
                rows.Select(row => (string[])[row.Symptom, row.Works ? "yes" : "no", row.Wrong ?? ""])));
        return rows.All(row => row.Works) ? 0 : 1;
    }
}

/// <summary>A line of `probe -f json`: a symptom, whether the VM is free of it, and what the VM saw when not.</summary>
internal sealed record ProbeRow(string Symptom, bool Works, string? Wrong);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ProbeRow[]))]
internal sealed partial class ProbeRowJson : JsonSerializerContext;
