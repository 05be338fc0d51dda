using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Steth.Lab.Faults;
using Steth.Lab.Names;
using Steth.Lab.Output;
using Steth.Lab.Plan;
using Steth.Lab.State;

namespace Steth.Lab.Commands;

/// <summary>`faults`: every way to break the lab, and where: for a fault that is made, where it was made.</summary>
internal static class FaultsCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var name = LabOptions.Name();
        var format = LabOptions.Format();
        var command = new Command("faults", "List the ways to break a lab") { name, format };
        command.SetAction(parsed => Run(LabName.Parse(parsed.GetRequiredValue(name)), parsed.GetRequiredValue(format) == "json"));
        return command;
    }

    private static int Run(LabName lab, bool json)
    {
        var state = new LabDirectory(lab).ReadUp();
        var plan = new LabPlan(lab);
        var rows = FaultCatalogue.All.Select(fault => Row(plan, state, fault)).ToArray();
        LabConsole.Data(json
            ? JsonSerializer.Serialize(rows, FaultRowJson.Default.FaultRowArray)
            : TextTable.Of(["name", "host", "device", "port", "made", "what is wrong then"], rows.Select((row, i) => (string[])
                [row.Name, row.Host, row.Device, PortName(plan, row.Port), IsMade(state, row.Name) ? "yes" : "", FaultCatalogue.All[i].Title])));
        return 0;
    }

    private static FaultRow Row(LabPlan plan, LabState state, Fault fault)
    {
        var made = state.Faults.FirstOrDefault(made => made.Name == fault.Name);
        var port = made is null ? FaultBook.Default(plan, fault) : plan.VmPorts.Single(port => port.Id == made.PortId);
        var site = fault.Site(plan, port);
        return new FaultRow(fault.Name, fault.Cause, site.Host, site.Device, fault.IsOfPort ? port.Id : null);
    }

    private static bool IsMade(LabState state, string name) => state.Faults.Any(made => made.Name == name);

    private static string PortName(LabPlan plan, string? id) => id is null ? "" : plan.VmPorts.Single(port => port.Id == id).Name;
}

/// <summary>A line of `faults -f json`: host and device are where it is made, port is the affected VM port, null when all are.</summary>
internal sealed record FaultRow(string Name, string Cause, string Host, string Device, string? Port);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(FaultRow[]))]
internal sealed partial class FaultRowJson : JsonSerializerContext;
