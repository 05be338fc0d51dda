using System.CommandLine;
using Steth.Cli.Rendering.Checks;
using Steth.Controller.Checks;
using Steth.Controller.Checks.Bandwidth;
using Steth.Controller.Checks.Together;
using Steth.Diagnosis.Readiness.Planning;
using Steth.Diagnosis.Readiness.Together;

namespace Steth.Cli.Commands.Checks;

/// <summary><c>check all</c>: every check in the order in which one builds on the other, and one report.</summary>
public static class AllCommand
{
    // What only looks comes first, what fills the links last.
    private static readonly Step[] _steps =
    [
        new("plan", 1, async (asked, ct) => PlanCommand.View(await PlanCommand.RunAsync(asked, ct))),
        new("clock", 1, (asked, ct) => ClockCommand.RunAsync(asked, ClockCommand.Request(asked), ct)),
        new("dns", 1, (asked, ct) => DnsCommand.RunAsync(asked, new DnsRequest(), ct)),
        new("nics", 1, (asked, ct) => NicsCommand.RunAsync(asked, NicsCommand.Request(asked), ct)),
        new("vlan", 2, (asked, ct) => VlanCommand.RunAsync(asked, VlanCommand.Request(asked, new NicChoice()), ct))
        {
            Network = asked => VlanCommand.Request(asked, new NicChoice()).Nics.Network,
        },
        new("mesh", 2, (asked, ct) => MeshCommand.RunAsync(asked, MeshCommand.Request(asked), ct)),
        new("mtu", 2, async (asked, ct) => await MtuCommand.RunAsync(asked, await MtuCommand.RequestAsync(asked, null, ct), ct)),
        new("addresses", 1, (asked, ct) => AddressesCommand.RunAsync(asked, AddressesCommand.Request(asked), ct)),
        new("bandwidth", 2, (asked, ct) =>
            BandwidthCommand.RunAsync(asked, BandwidthCommand.Request(asked) with { Pairs = PairChoice.Ring }, ct)),
    ];

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var names = string.Join(", ", _steps.Select(step => step.Check));
        var skip = new Option<string[]>("--skip")
        {
            Description = $"Leave these checks out, separated by commas: {names}",
            HelpName = "CHECK,…",
        };
        var vlans = VlanCommand.Vlans();
        var command = new Command("all", "Run every check in the right order, with one report; bandwidth fills the links, around a ring")
        {
            skip, vlans,
        };
        var options = new CheckOptions(command, probes: true);
        host.Handle(command, async (run, cancellationToken) =>
        {
            const StringSplitOptions clean = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
            string[] unwanted = [.. (run.Get(skip) ?? []).SelectMany(text => text.Split(',', clean))];
            var asked = options.Read(run, [.. unwanted.Where(name => _steps.All(step => step.Check != name)).Distinct()
                .Select(name => $"--skip: there is no check '{name}'; there are {names}.")]);
            asked = asked with { Settings = asked.Settings with { Vlans = run.Get(vlans) ?? asked.Settings.Vlans } };
            return asked.Write(await RunAsync(asked, unwanted, cancellationToken));
        });
        return command;
    }

    private static async Task<CheckView> RunAsync(CheckRun asked, string[] unwanted, CancellationToken cancellationToken)
    {
        var since = asked.Run.Time.GetTimestamp();
        var usable = new UsableNodes(asked.Nodes, []);
        var parts = new List<AllPart>();
        var views = new List<CheckView>();
        for (var i = 0; i < _steps.Length; i++)
        {
            var step = _steps[i];
            if (unwanted.Contains(step.Check))
            {
                parts.Add(new AllPart(step.Check, null, "left out, as asked") { IsUnwanted = true });
                continue;
            }
            var now = asked with { Nodes = usable.Nodes, Step = $"{i + 1}/{_steps.Length} {step.Check}" };
            if (Obstacle(step, now) is { } obstacle)
            {
                parts.Add(new AllPart(step.Check, null, obstacle));
                continue;
            }
            try
            {
                var view = await step.RunAsync(now, cancellationToken);
                views.Add(view);
                parts.Add(new AllPart(step.Check, view.Report, null) { Network = step.Network(now) });
                usable = view.Report is PlanReport plan ? usable.After(plan) : usable.After(view.Report);
            }
            catch (UsageException e)
            {
                parts.Add(new AllPart(step.Check, null, string.Join(' ', e.Problems)));
            }
        }
        var report = AllJudge.Judge(new AllEvidence
        {
            Parts = parts,
            LeftOut = usable.LeftOut,
            TookMs = (long)asked.Run.Time.GetElapsedTime(since).TotalMilliseconds,
        });
        return AllView.Of(report, views);
    }

    private static string? Obstacle(Step step, CheckRun asked) =>
        asked.Nodes.Count == 0 ? "no agent answers"
        : step.Least < 2 ? null
        : asked.Nodes.Count < 2 ? "it takes two nodes that answer"
        : asked.Networks.Any(type => asked.Nodes.Count(node => node.Networks.Any(network => network.Type == type)) >= 2) ? null
        : "no two nodes are on one network";

    /// <summary>One of the checks.</summary>
    /// <param name="Check">Its name.</param>
    /// <param name="Least">How many nodes it takes at least.</param>
    /// <param name="RunAsync">Runs it with what the configuration says.</param>
    private sealed record Step(string Check, int Least, Func<CheckRun, CancellationToken, Task<CheckView>> RunAsync)
    {
        /// <summary>The network type that its findings are about; null: they say so themselves.</summary>
        public Func<CheckRun, string?> Network { get; init; } = _ => null;
    }
}
