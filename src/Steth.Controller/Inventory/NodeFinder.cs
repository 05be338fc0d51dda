using System.Net;
using Steth.Contracts.Names;

namespace Steth.Controller.Inventory;

/// <summary>What a name on the command line stands for.</summary>
internal static class NodeFinder
{
    /// <summary>As <see cref="StethConfiguration.FindNode"/>.</summary>
    public static NodeLookup Find(StethConfiguration configuration, string text)
    {
        var nodes = configuration.Nodes;
        if ((nodes.FirstOrDefault(n => n.Name == text) ?? nodes.FirstOrDefault(n => n.Id == text)) is { } named)
            return new NodeLookup(named, null);
        if (AgentAddress.TryParse(text, out var address) && address is { } place)
            return ByAddress(nodes, place);
        if (nodes.Count == 0)
            return new NodeLookup(null, $"'{text}' is not known: {Nowhere(configuration)}; name a node there, or give its address.");
        var near = Near(nodes, text);
        var known = near.Count > 0 ? $"did you mean {string.Join(" or ", near)}?" : $"known are {Listed(nodes)}.";
        return new NodeLookup(null, $"'{text}' is neither a node of {configuration.SourceFile} nor an address; {known}");
    }

    private static NodeLookup ByAddress(IReadOnlyList<Node> nodes, AgentAddress place)
    {
        if (place.Port is { } port)
        {
            var endpoint = new IPEndPoint(place.Address, port);
            return new NodeLookup(nodes.FirstOrDefault(n => n.AgentEndpoint.Equals(endpoint)) ?? AdHoc(endpoint), null);
        }
        Node[] holders = [.. nodes.Where(n => n.Networks.Any(w => w.Address.Equals(place.Address)))];
        return holders.Length switch
        {
            0 => new NodeLookup(AdHoc(new IPEndPoint(place.Address, ConfigurationReader.DefaultPort)), null),
            1 => new NodeLookup(holders[0], null),
            _ => new NodeLookup(
                null, $"{place.Address} is the address of {string.Join(" and ", holders.Select(n => n.Name))}; name one of them."),
        };
    }

    private static Node AdHoc(IPEndPoint endpoint) => new()
    {
        Name = endpoint.Port == ConfigurationReader.DefaultPort ? endpoint.Address.ToString() : endpoint.ToString(),
        AgentEndpoint = endpoint,
        Networks = [new NodeNetwork("mgmt", endpoint.Address, null)],
    };

    private static string Nowhere(StethConfiguration configuration) =>
        configuration.SourceExists ? $"{configuration.SourceFile} names no nodes" : $"there is no {configuration.SourceFile}";

    private static string Listed(IReadOnlyList<Node> nodes) =>
        string.Join(
            ", ", nodes.Take(8).Select(n => n.Name)) + (nodes.Count > 8 ? FormattableString.Invariant($" and {nodes.Count - 8} more") : "");

    private static List<string> Near(IReadOnlyList<Node> nodes, string text) =>
        [.. nodes.Select(n => (n.Name, Distance: NameDistance.Between(n.Name.ToLowerInvariant(), text.ToLowerInvariant())))
            .Where(n => n.Distance <= Math.Max(1, text.Length / 3)
                || text.Length > 2 && n.Name.Contains(text, StringComparison.OrdinalIgnoreCase))
            .OrderBy(n => n.Distance).Take(3).Select(n => n.Name)];
}
