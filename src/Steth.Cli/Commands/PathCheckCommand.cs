using System.CommandLine;
using Steth.Cli.Rendering;
using Steth.Contracts.Names;
using Steth.Controller.Collection;
using Steth.Controller.Intents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Verdicts;
using Steth.OpenStack;

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
        Description = "The Neutron port: its id, or at least the first 8 characters of it; "
            + "with credentials for Neutron, its name, MAC, fixed or floating IP as well",
    };
    private readonly Argument<DeviceName> _device = Arguments.Device("PHYSICAL_INTERFACE", "The NIC the port's network leaves its host by");
    private readonly Argument<string> _networkType = new("NETWORK_TYPE")
    {
        Description = $"What the network is: {string.Join(", ", NetworkTypes)}; a difference from what the host says is noted",
    };

    private readonly Option<int> _wait = Options.Whole("--wait", "How long to wait for the answer, in seconds", 3, 1, 60);
    private readonly CloudOptions _cloud = new();
    private readonly DataOptions _data;

    public PathCheckCommand(string name, string description)
    {
        Command = new Command(name, description) { _port, _device, _networkType, _wait, _cloud.OsCloud };
        _networkType.Validators.Add(result =>
        {
            if (!NetworkTypes.Contains(result.Tokens[^1].Value.ToLowerInvariant()))
                result.AddError($"NETWORK_TYPE: '{result.Tokens[^1].Value}' is not one of {string.Join(", ", NetworkTypes)}.");
        });
        _data = DataOptions.ForList(Command, Columns.Select(column => column.Key));
    }

    public Command Command { get; }

    /// <summary>
    /// Who is meant and what to follow. Without credentials for Neutron a port is known by its id only, and the nodes find it.
    /// </summary>
    /// <exception cref="UsageException">Nobody can know the port by this word.</exception>
    public async Task<PathCheckTarget> FindAsync(CommandRun run, IReadOnlyList<Node> nodes, CancellationToken cancellationToken)
    {
        var word = run.Get(_port);
        var isId = PortLocator.IsPortId(word);
        var request = new PathCheckRequest
        {
            Port = word.ToLowerInvariant(),
            PhysicalInterface = run.Get(_device),
            NetworkType = run.Get(_networkType).ToLowerInvariant(),
            WaitSeconds = run.Get(_wait),
        };
        if (!HasCredentials(run))
        {
            return isId ? new PathCheckTarget(request, null, [], null) : throw new UsageException(
                $"PORT_ID: '{word}' is not a port id; expected a UUID, or at least its first {PortLocator.MinPrefix} characters "
                + "(names and addresses need credentials for Neutron).");
        }
        var resolver = new PortResolver(run.Calls, () => run.Neutron(run.Get(_cloud.OsCloud)));
        run.Progress.Report($"looking up {word}");
        var found = await resolver.ResolveAsync(nodes, word, null, offline: false, cancellationToken);
        if (found.Port is { } port)
            return new PathCheckTarget(request with { Port = port.PortId.ToString() }, port.Address, found.Notes, null);
        // What Neutron does not know, the nodes may still have.
        return isId
            ? new PathCheckTarget(request, null, [.. found.Notes, .. new[] { found.Problem }.OfType<string>()], null)
            : new PathCheckTarget(request, null, found.Notes, found);
    }

    /// <summary>What is said when there is nobody to follow.</summary>
    public int WriteLost(CommandRun run, PathCheckTarget target)
    {
        var lost = target.Lost!;
        var end = new PathCheckResult
        {
            Rows = [],
            Verdict = Verdict.Unknown(lost.Problem ?? $"nobody knows {target.Request.Port}"),
            Notes = target.Notes,
            Unreachable = [],
        };
        var code = Write(run, end, [], int.MaxValue);
        return lost.Unavailable ? ExitCode.Unavailable : code;
    }

    /// <summary>Rows on stdout; the verdict, what explains it and who was silent on stderr.</summary>
    public int Write(CommandRun run, PathCheckResult result, IReadOnlyList<string> found, int asked)
    {
        run.WriteList(_data, Columns, result.Rows);
        run.Diagnostics.Note(
            result.Verdict.Reason is { } reason ? $"{result.Verdict.State.ToText()}: {reason}" : result.Verdict.State.ToText());
        foreach (var note in found.Concat(result.Notes))
            run.Diagnostics.Note(note);
        foreach (var node in result.Unreachable)
            run.Diagnostics.Error($"{node.Host}: {node.Reason}");
        return result.Unreachable.Count >= asked ? ExitCode.Unavailable : ExitCode.For(result.Verdict.State);
    }

    private bool HasCredentials(CommandRun run)
    {
        try
        {
            return run.Neutron(run.Get(_cloud.OsCloud)) is not null;
        }
        catch (OpenStackException e)
        {
            // Credentials with a fault are meant to be used: the resolver says what the fault is.
            return e.Failure != OpenStackFailure.NoCredentials || run.Get(_cloud.OsCloud) is not null;
        }
    }
}
