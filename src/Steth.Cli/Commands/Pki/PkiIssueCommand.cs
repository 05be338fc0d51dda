using System.CommandLine;
using System.Net;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Verdicts;
using Steth.Identity;
using Steth.Packets.Addresses;

namespace Steth.Cli.Commands.Pki;

/// <summary><c>pki issue NODE…</c>: bundles for agents, ready to copy.</summary>
internal static class PkiIssueCommand
{
    public static Command Create(CommandHost host)
    {
        var nodes = new Argument<string[]>("NODE")
        {
            Description = "A node of the configuration, or NAME=ADDRESS[,ADDRESS|HOST…]",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var all = new Option<bool>("--all") { Description = "Every node of the configuration" };
        var dir = PkiOptions.Dir();
        var days = PkiOptions.Days();
        var command = new Command("issue", "Make the certificates of nodes, with their names and addresses") { nodes, all, dir, days };
        var data = DataOptions.ForList(command, PkiOptions.Columns.Select(column => column.Key));
        host.Handle(command, (run, _) =>
        {
            var wanted = run.Parsed.GetValue(nodes) ?? [];
            if (wanted.Length == 0 && !run.Get(all))
                throw new UsageException("Name one node or more, or --all of the configuration.");
            NodeNames[] named = [.. wanted.Select(word => Named(run, word)), .. run.Get(all) ? run.AllNodes().Select(Of) : []];
            var folder = AuthorityFolder.Open(PkiOptions.FolderOf(run, dir));
            var now = run.Time.GetUtcNow();
            foreach (var node in named)
                folder.IssueNode(node.Name, node.Hosts, node.Addresses, now, TimeSpan.FromDays(run.Get(days)));
            run.WriteList(data, PkiOptions.Columns, [.. folder.Newest(PrincipalKind.Node, named.Select(node => node.Name))
                .Select(issued => PkiOptions.Row(run, issued, folder.BundleOf(issued)))]);
            run.Diagnostics.Note(
                "Copy each folder to /etc/steth/node of its node, owned by root, and delete it here: its key is needed nowhere else. "
                + "A running agent takes it without a restart.");
            return Task.FromResult(ExitCode.Fine);
        });
        return command;
    }

    private static NodeNames Named(CommandRun run, string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            var found = run.Configuration.FindNode(word);
            return Of(found.Node ?? throw new UsageException($"NODE: {found.Problem}"));
        }
        var hosts = new List<string>();
        var addresses = new List<IPAddress>();
        foreach (var part in word[(equals + 1)..].Split(',', StringSplitOptions.TrimEntries))
        {
            if (StrictIPAddress.TryParse(part, out var address))
                addresses.Add(address);
            else if (Uri.CheckHostName(part) == UriHostNameType.Dns)
                hosts.Add(part);
            else
                throw new UsageException($"NODE: '{part}' of '{word}' is neither an address nor a host name.");
        }
        return new NodeNames(NameOf(word[..equals]), hosts, addresses);
    }

    private static NodeNames Of(Node node) =>
        new(NameOf(node.Name), [], [node.AgentEndpoint.Address, .. node.Networks.Select(network => network.Address)]);

    private static PrincipalName NameOf(string text) => PrincipalName.TryParse(text, out var name)
        ? name
        : throw new UsageException($"NODE: '{text}' cannot be a name in a certificate; write NAME=ADDRESS with another.");

    private sealed record NodeNames(PrincipalName Name, IReadOnlyList<string> Hosts, IReadOnlyList<IPAddress> Addresses);
}
