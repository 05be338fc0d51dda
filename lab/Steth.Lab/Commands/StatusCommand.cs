using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Steth.Lab.Names;
using Steth.Lab.Output;
using Steth.Lab.State;

namespace Steth.Lab.Commands;

/// <summary>`status`: the hosts an operator sees and the VMs' ports, of which bare hosts have none.</summary>
internal static class StatusCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var name = LabOptions.Name();
        var format = LabOptions.Format();
        var command = new Command("status", "Show a lab's hosts, VM ports and the faults made in it") { name, format };
        command.SetAction(parsed => Run(LabName.Parse(parsed.GetRequiredValue(name)), parsed.GetRequiredValue(format) == "json"));
        return command;
    }

    private static int Run(LabName lab, bool json)
    {
        var state = new LabDirectory(lab).ReadUp();
        var plan = state.ToPlan();
        var status = new Status
        {
            Hosts = [.. plan.Hosts.Where(host => host.IsVisible).Select(host => new StatusHost(host.Name, host.Management!.ToString()))],
            Ports = [.. plan.VmPorts.Select(port => new StatusPort(port.Id, port.Name, port.Mac.ToString(), port.Address.ToString(), port.Host,
                port.Network.Name, port.Network.TypeName, port.IsHybrid ? "hybrid" : "native"))],
        };
        if (json)
        {
            LabConsole.Data(JsonSerializer.Serialize(status, StatusJson.Default.Status));
            return 0;
        }
        LabConsole.Data(TextTable.Of(["host", "address"], status.Hosts.Select(host => (string[])[host.Name, host.Address])));
        if (status.Ports.Count > 0)
        {
            LabConsole.Data("\n" + TextTable.Of(
                ["port", "name", "mac", "ip", "host", "network", "type", "plug"], status.Ports.Select(port =>
                (string[])[port.Id, port.Name, port.Mac, port.Ip, port.Host, port.Network, port.NetworkType, port.Plug])));
        }
        if (state.Faults.Count > 0)
            LabConsole.Data("\nbroken: " + string.Join(", ", state.Faults.Select(made => made.Name)));
        return 0;
    }
}

/// <summary>What `status -f json` prints.</summary>
internal sealed record Status
{
    public required IReadOnlyList<StatusHost> Hosts { get; init; }

    public required IReadOnlyList<StatusPort> Ports { get; init; }
}

/// <summary>A host of <see cref="Status"/>; its management address.</summary>
internal sealed record StatusHost(string Name, string Address);

/// <summary>A VM port of <see cref="Status"/>; network is the network's name, plug is hybrid or native.</summary>
internal sealed record StatusPort(
    string Id, string Name, string Mac, string Ip, string Host, string Network, string NetworkType, string Plug);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(Status))]
internal sealed partial class StatusJson : JsonSerializerContext;
