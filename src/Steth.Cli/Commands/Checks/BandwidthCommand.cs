using System.CommandLine;
using Steth.Cli.Rendering.Checks;
using Steth.Controller.Checks.Bandwidth;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness;
using Steth.Diagnosis.Readiness.Bandwidth;

namespace Steth.Cli.Commands.Checks;

/// <summary><c>check bandwidth</c>: throughput between nodes, both ways.</summary>
public static class BandwidthCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var pairs = new Option<string>("--pairs")
        {
            Description = "Between whom: all, every two nodes; ring, each node and the next; or pairs of nodes as in A:B,C:D",
            HelpName = "all|ring|A:B,…",
            DefaultValueFactory = _ => "all",
        };
        var seconds = Options.Whole("--seconds", "How long each run sends", 2, 1, 3600);
        var streams = Options.Whole("--streams", "Streams at once in each run", 1, 1, 128);
        var least = Least();
        var udp = Udp();
        var port = Options.Whole("--port", "Where the servers listen", BandwidthRequest.DefaultPort, 1, 65535);
        var command = new Command("bandwidth", "Measure the throughput between nodes with iperf, each way; it fills the links")
        {
            pairs, seconds, streams, least, udp, port,
        };
        var options = new CheckOptions(command);
        host.Handle(command, async (run, cancellationToken) =>
        {
            var asked = options.Read(run);
            var (choice, nodes) = Choose(run.Get(pairs)!, asked.Nodes, run.Configuration);
            var rate = run.Get(udp);
            var request = Request(asked) with
            {
                Pairs = choice,
                Seconds = run.Get(seconds),
                Streams = run.Get(streams),
                Port = run.Get(port),
                UdpRateBps = rate,
                // What the configuration expects is meant for TCP: UDP brings no more than it is sent at.
                Least = run.Get(least) ?? (rate is null ? asked.Settings.BandwidthMin : null),
            };
            return asked.Write(await RunAsync(asked with { Nodes = nodes }, request, cancellationToken));
        });
        return command;
    }

    /// <summary>What is asked where the command line says nothing else.</summary>
    internal static BandwidthRequest Request(CheckRun asked) => new() { Networks = asked.Networks, Least = asked.Settings.BandwidthMin };

    /// <summary>Checks.</summary>
    internal static async Task<CheckView> RunAsync(CheckRun asked, BandwidthRequest request, CancellationToken cancellationToken) =>
        BandwidthView.Of(await new BandwidthCheck(asked.Run.Calls).RunAsync(asked.Nodes, request, asked.Show, cancellationToken));

    /// <summary>Between whom, and the nodes that this takes.</summary>
    /// <param name="text">all, ring, or pairs.</param>
    /// <param name="nodes">The nodes asked for.</param>
    /// <param name="configuration">Knows nodes by name, id and address.</param>
    /// <exception cref="UsageException">A pair is none, or a node of it is not among them; says everything.</exception>
    public static (PairChoice Choice, IReadOnlyList<Node> Nodes) Choose(
        string text, IReadOnlyList<Node> nodes, StethConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(configuration);
        if (text is "all" or "ring")
            return (text == "all" ? PairChoice.All : PairChoice.Ring, nodes);
        var problems = new List<string>();
        var pairs = new List<NodePair>();
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = word.Split(':', StringSplitOptions.TrimEntries);
            if (ends.Length != 2 || ends[0].Length == 0 || ends[1].Length == 0)
            {
                problems.Add($"--pairs: '{word}' is no pair; expected two nodes as in A:B, or all, or ring.");
                continue;
            }
            if (Find(ends[0]) is { } one && Find(ends[1]) is { } other)
            {
                if (one == other)
                    problems.Add($"--pairs: '{word}' is one node; throughput is between two.");
                pairs.Add(new NodePair(one.Name, other.Name));
            }
        }
        if (problems.Count == 0 && pairs.Count == 0)
            problems.Add("--pairs: names no pair; expected two nodes as in A:B, or all, or ring.");
        if (problems.Count > 0)
            throw new UsageException(problems);
        return (PairChoice.Of(pairs), [.. nodes.Where(node => pairs.Any(pair => pair.One == node.Name || pair.Other == node.Name))]);

        Node? Find(string name)
        {
            var lookup = configuration.FindNode(name);
            if (lookup.Problem is { } problem)
                problems.Add($"--pairs: {problem}");
            else if (nodes.FirstOrDefault(node => node.AgentEndpoint.Equals(lookup.Node!.AgentEndpoint)) is { } found)
                return found;
            else
                problems.Add($"--pairs: {name} is not among the nodes of --nodes.");
            return null;
        }
    }

    private static Option<BandwidthThreshold?> Least() => new("--bandwidth-min")
    {
        Description = "Less throughput is a failure: a rate in bit/s (8G) or a share of the link's speed (80%); else bandwidth_min of "
            + "[checks], "
            + "else less than half of what is usual",
        HelpName = "RATE|N%",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (BandwidthThreshold.TryParse(text, null, out var threshold))
                return threshold;
            result.AddError($"--bandwidth-min: '{text}' is no throughput; expected a rate as in 500M or 10G (bit/s), or a share as in "
                + $"80%.");
            return null;
        },
    };

    private static Option<long?> Udp() => new("--udp")
    {
        Description = "Send UDP, each stream at this rate in bit/s; 95% of it has to arrive unless --bandwidth-min is given",
        HelpName = "RATE",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (CheckIperfCommand.TryParseBandwidth(text, out var rate))
                return rate;
            result.AddError($"--udp: '{text}' is not a rate in bit/s; expected one as in 500k, 100M or 2.5G.");
            return null;
        },
    };
}
