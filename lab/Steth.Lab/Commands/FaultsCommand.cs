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
        var port = new Option<string?>("--port")
        {
            Description = "Those that fit a VM port, as they would be made for it",
            HelpName = "PORT",
        };
        var command = new Command("faults", "List the ways to break a lab") { name, port, format };
        command.SetAction(parsed => Run(
            LabName.Parse(parsed.GetRequiredValue(name)), parsed.GetValue(port), parsed.GetRequiredValue(format) == "json"));
        return command;
    }

    private static int Run(LabName lab, string? portName, bool json)
    {
        var state = new LabDirectory(lab).ReadUp();
        var plan = state.ToPlan();
        var chosen = portName is null ? null : FaultBook.VmPort(plan, portName);
        FaultRow[] rows =
        [
            .. FaultCatalogue.On(state.Datapath).Where(fault => chosen is null ? plan.VmPorts.Any(fault.Fits) : fault.Fits(chosen))
                .Select(fault => Row(plan, state, fault, chosen)),
            .. FabricFaults.All.Where(fault => chosen is null && fault.Fits(plan).Any()).Select(fault => Row(plan, state, fault)),
        ];
        LabConsole.Data(json
            ? JsonSerializer.Serialize(rows, FaultRowJson.Default.FaultRowArray)
            : TextTable.Of(["name", "host", "device", "fits", "breaks", "made", "what is wrong then"], rows.Select(row => (string[])
                [row.Name, row.Host, row.Device, Fits(row), Breaks(row), IsMade(state, row.Name) ? "yes" : "", row.Title])));
        return 0;
    }

    private static FaultRow Row(LabPlan plan, LabState state, Fault fault, PortPlan? chosen)
    {
        var made = state.Faults.FirstOrDefault(made => made.Name == fault.Name);
        var port = chosen ?? (made is null ? FaultBook.Default(plan, fault) : plan.VmPorts.Single(port => port.Id == made.PortId));
        var site = fault.Site(plan, port);
        var place = (fault.Place ?? fault.Site)(plan, port);
        return new FaultRow(fault.Name, fault.Cause, site.Host, site.Device, fault.IsOfPort ? port.Id : null, fault.Title,
            place.Host, place.Device, [.. plan.VmPorts.Where(fault.Fits).Select(vm => vm.Name)], fault.SymptomsOf(port), null);
    }

    private static FaultRow Row(LabPlan plan, LabState state, FabricFault fault)
    {
        var host = state.Faults.FirstOrDefault(made => made.Name == fault.Name)?.HostName ?? fault.DefaultHost(plan);
        var site = fault.Site(plan, host);
        return new FaultRow(
            fault.Name, null, site.Host, site.Device, null, fault.Title, null, null, [.. fault.Fits(plan)], [], fault.Check);
    }

    /// <summary>All eight VMs are shown as that.</summary>
    private static string Fits(FaultRow row) => row.Fits.Count == 8 ? "all" : string.Join(' ', row.Fits);

    private static string Breaks(FaultRow row) => row.Check is { } check ? $"check {check}" : string.Join(' ', row.Symptoms);

    private static bool IsMade(LabState state, string name) => state.Faults.Any(made => made.Name == name);
}

/// <summary>
/// A line of `faults -f json`: host and device are where it is made, port is the affected VM port, null when it is no single port's;
/// diagnosed_host and diagnosed_device are where a diagnosis places it; fits are the VMs it can be made for, symptoms what the port
/// has then. A fault of the fabric has a check that finds it instead of cause, diagnosed place and symptoms, and fits hosts.
/// </summary>
internal sealed record FaultRow(string Name, string? Cause, string Host, string Device, string? Port, string Title,
    string? DiagnosedHost, string? DiagnosedDevice, IReadOnlyList<string> Fits, IReadOnlyList<string> Symptoms, string? Check);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(FaultRow[]))]
internal sealed partial class FaultRowJson : JsonSerializerContext;
