using System.CommandLine;
using System.Globalization;
using Steth.Cli.Rendering;
using Steth.Cli.Rendering.Checks;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Checks;
using Steth.Controller.Inventory;
using Steth.Packets.Addresses;

namespace Steth.Cli.Commands.Checks;

/// <summary><c>check vlan</c>: which VLANs cross between which nodes.</summary>
public static class VlanCommand
{
    private const string ServiceTag = "802.1ad";
    private const string CustomerTag = "802.1q";

    // Where no network is named: the one that carries the tenants' networks.
    private const string TenantNetwork = "net";

    private static readonly VlanSet _all = VlanSet.Parse("1-4094");

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var vlans = Vlans();
        var nics = new Option<string[]>("--nic")
        {
            Description = "NIC to probe, on all nodes or on one; can be repeated; else the NIC of --network (of net, where none is named)",
            HelpName = "[NODE:]NIC",
        };
        var qinq = new Option<string?>("--qinq")
        {
            Description = "Try frames with two tags as well; the outer one is of 802.1ad (0x88a8) unless 802.1q (0x8100) is named",
            HelpName = $"{ServiceTag}|{CustomerTag}",
            Arity = ArgumentArity.ZeroOrOne,
        };
        qinq.AcceptOnlyFromAmong(ServiceTag, CustomerTag);
        var fullSize = new Option<bool>("--full-size") { Description = "Try frames as large as the NIC's MTU as well" };
        var lldp = Options.Whole(
            "--lldp", "When something is broken: seconds to listen for the switches' LLDP on nodes without lldpd; they send it every 30",
            0, 0, 35);
        var command = new Command("vlan", "Prove for each VLAN and each direction whether it crosses between the nodes")
        {
            vlans, nics, qinq, fullSize, lldp,
        };
        var options = new CheckOptions(command, probes: true);
        host.Handle(command, async (run, cancellationToken) =>
        {
            var problems = new List<string>();
            var named = Nics(run, run.Get(nics) ?? [], problems);
            var check = options.Read(run, problems);
            var request = Request(check, named);
            request = request with
            {
                Vlans = run.Get(vlans) ?? request.Vlans,
                DoubleTag = run.Parsed.GetResult(qinq) is null ? null : run.Get(qinq) == CustomerTag ? OuterTag.Customer : OuterTag.Service,
                FullSize = run.Get(fullSize),
                LldpSeconds = run.Get(lldp),
            };
            return check.Write(await RunAsync(check, request, cancellationToken));
        });
        return command;
    }

    /// <summary>What is asked where the command line says nothing else.</summary>
    /// <param name="asked">The run.</param>
    /// <param name="named">The NICs that were named.</param>
    /// <exception cref="UsageException">Which NICs is not known.</exception>
    internal static VlanRequest Request(CheckRun asked, NicChoice named) => new()
    {
        Vlans = asked.Settings.Vlans ?? _all,
        Nics = named with { Network = named.OfAll is null ? Network(asked, named) : null },
        Pps = asked.Pps,
    };

    /// <summary>Checks.</summary>
    /// <exception cref="UsageException">There are not two nodes with a NIC to probe.</exception>
    internal static async Task<CheckView> RunAsync(CheckRun asked, VlanRequest request, CancellationToken cancellationToken)
    {
        var (nodes, others) = Split(asked.Nodes, request.Nics);
        var away = $"on no network '{request.Nics.Network}'";
        if (nodes.Count < 2)
            throw new UsageException("VLANs are checked between two nodes at least"
                + (others.Count > 0 ? $"; {away} are {Names(others)}: name their NICs with --nic." : "."));
        var report = await new VlanCheck(asked.Run.Calls).RunAsync(nodes, request, asked.Show, cancellationToken);
        if (others.Count > 0)
            report = report with { Notes = [.. report.Notes, $"Not tried, because they are {away}: {Names(others)}."] };
        return VlanView.Of(report, asked.Format == OutputFormat.Table);
    }

    /// <summary><c>--vlans</c>.</summary>
    internal static Option<VlanSet?> Vlans() => new("--vlans")
    {
        Description = "VLANs that have to cross, as in 100-105,200 or untagged,101; else vlans of [checks], else 1-4094",
        HelpName = "LIST",
        CustomParser = result =>
        {
            if (VlanSet.TryParse(result.Tokens[^1].Value, CultureInfo.InvariantCulture, out var set))
                return set;
            result.AddError($"--vlans: '{result.Tokens[^1].Value}' is no list of VLANs; "
                + "expected ids and ranges of 1-4094, as in 100-105,200.");
            return null;
        },
    };

    private static NicChoice Nics(CommandRun run, IReadOnlyList<string> words, List<string> problems)
    {
        var ofNode = new Dictionary<string, DeviceName>();
        DeviceName? ofAll = null;
        foreach (var word in words)
        {
            // No device name has a colon; a node's address may.
            var colon = word.LastIndexOf(':');
            if (!DeviceName.TryParse(word[(colon + 1)..], CultureInfo.InvariantCulture, out var nic))
                problems.Add($"--nic: '{word[(colon + 1)..]}' is no name of a network device.");
            else if (colon < 0 && ofAll is not null)
                problems.Add($"--nic: {ofAll} and {nic} are both for all nodes; write NODE:NIC for one.");
            else if (colon < 0)
                ofAll = nic;
            else if (run.Configuration.FindNode(word[..colon]) is { Problem: { } problem })
                problems.Add($"--nic: {problem}");
            else if (!ofNode.TryAdd(run.Configuration.FindNode(word[..colon]).Node!.Name, nic))
                problems.Add($"--nic: {word[..colon]} has two; one NIC a node is probed at a time.");
        }
        return new NicChoice { OfNode = ofNode, OfAll = ofAll };
    }

    // Where the NIC is that of a network, nodes that are not on it have no part in this.
    private static (IReadOnlyList<Node> Nodes, IReadOnlyList<Node> Others) Split(IReadOnlyList<Node> nodes, NicChoice choice)
    {
        var concerned = nodes.ToLookup(node => choice.OfAll is not null || choice.OfNode.ContainsKey(node.Name)
            || node.Networks.Any(network => network.Type == choice.Network));
        return ([.. concerned[true]], [.. concerned[false]]);
    }

    private static string Names(IEnumerable<Node> nodes) => string.Join(", ", nodes.Select(node => node.Name));

    private static string? Network(CheckRun check, NicChoice named)
    {
        if (check.Networks is [var only])
            return only;
        if (check.Networks.Contains(TenantNetwork))
            return TenantNetwork;
        return check.Nodes.All(node => named.OfNode.ContainsKey(node.Name)) ? null
            : throw new UsageException("Which NIC carries the VLANs? Name it with --nic, or its network with --network"
                + (check.Networks.Count > 0 ? $"; there are {string.Join(", ", check.Networks)}." : "."));
    }
}
