using Steth.Cli.Rendering;
using Steth.Controller.Inventory;

namespace Steth.Cli.Commands;

/// <summary>How nodes are shown.</summary>
public static class NodeText
{
    private const int UsualPort = 9698;

    /// <summary>Where its agent listens; the port only when it is not 9698.</summary>
    public static string Address(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.AgentEndpoint.Port == UsualPort ? node.AgentEndpoint.Address.ToString() : node.AgentEndpoint.ToString();
    }

    /// <summary>
    /// One column a network type with the node's address there. A type named like a column that is there already gets <c>network_</c>
    /// before it.
    /// </summary>
    public static IEnumerable<Column<TRow>> NetworkColumns<TRow>(
        StethConfiguration configuration, IEnumerable<string> taken, Func<TRow, Node> node)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        string[] names = [.. taken];
        return configuration.NetworkTypes.Select(type => new Column<TRow>(
            names.Contains(type.Name) ? $"network_{type.Name}" : type.Name,
            type.Name,
            row => Cell.Text(node(row).Networks.FirstOrDefault(network => network.Type == type.Name)?.Address.ToString())));
    }
}
