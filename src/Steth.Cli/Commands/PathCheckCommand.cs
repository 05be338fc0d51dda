using System.CommandLine;
using Steth.Cli.Rendering;
using Steth.Contracts.Names;
using Steth.Controller.Collection;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Commands;

/// <summary>What <c>check-dhcp-on-comp</c> and <c>check-dhcp-on-network</c> have in common: their arguments, rows and verdict.</summary>
internal sealed class PathCheckCommand
{
    private static readonly string[] NetworkTypes = ["vlan", "flat", "vxlan", "gre", "geneve", "local"];

    private static readonly Column<PathRow>[] Columns =
    [
        new("host", "Host", row => Cell.Text(row.Host)),
        new("device", "Device", row => Cell.Text(row.Device).ShownAs(row.Namespace is null ? null : $"{row.Device} ({row.Namespace})")),
        new("direction", "Direction", row => Cell.Text(row.Direction == PathDirection.Outbound ? "outbound" : "inbound")),
        new("seen", "Seen", row => row.Seen is { } seen ? Cell.List(seen).ShownAs(seen.Count == 0 ? "nothing" : null) : Cell.Absent),
    ];

    private readonly Argument<string> _port = new("PORT_ID")
    {
        Description = "The Neutron port: its id, or at least the first 8 characters of it",
    };
    private readonly Argument<DeviceName> _device = Arguments.Device("PHYSICAL_INTERFACE", "The NIC the port's network leaves its host by");
    private readonly Argument<string> _networkType = new("NETWORK_TYPE")
    {
        Description = $"What the network is: {string.Join(", ", NetworkTypes)}; a difference from what the host says is noted",
    };

    private readonly Option<int> _wait = Options.Whole("--wait", "How long to wait for the answer, in seconds", 3, 1, 60);
    private readonly DataOptions _data;

    public PathCheckCommand(string name, string description)
    {
        Command = new Command(name, description) { _port, _device, _networkType, _wait };
        _port.Validators.Add(result =>
        {
            if (!PortLocator.IsPortId(result.Tokens[^1].Value))
                result.AddError($"PORT_ID: '{result.Tokens[^1].Value}' is not a port id; expected "
                    + $"a UUID, or at least its first {PortLocator.MinPrefix} characters.");
        });
        _networkType.Validators.Add(result =>
        {
            if (!NetworkTypes.Contains(result.Tokens[^1].Value.ToLowerInvariant()))
                result.AddError($"NETWORK_TYPE: '{result.Tokens[^1].Value}' is not one of {string.Join(", ", NetworkTypes)}.");
        });
        _data = DataOptions.ForList(Command, Columns.Select(column => column.Key));
    }

    public Command Command { get; }

    public PathCheckRequest Request(CommandRun run) => new()
    {
        Port = run.Get(_port).ToLowerInvariant(),
        PhysicalInterface = run.Get(_device),
        NetworkType = run.Get(_networkType).ToLowerInvariant(),
        WaitSeconds = run.Get(_wait),
    };

    /// <summary>Rows on stdout; the verdict, what explains it and who was silent on stderr.</summary>
    public int Write(CommandRun run, PathCheckResult result, int asked)
    {
        run.WriteList(_data, Columns, result.Rows);
        run.Diagnostics.Note(
            result.Verdict.Reason is { } reason ? $"{result.Verdict.State.ToText()}: {reason}" : result.Verdict.State.ToText());
        foreach (var note in result.Notes)
            run.Diagnostics.Note(note);
        foreach (var node in result.Unreachable)
            run.Diagnostics.Error($"{node.Host}: {node.Reason}");
        return result.Unreachable.Count >= asked ? ExitCode.Unavailable : ExitCode.For(result.Verdict.State);
    }
}
