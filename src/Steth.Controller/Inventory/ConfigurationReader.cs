using System.Globalization;
using System.Net;
using Steth.Contracts.Configuration;

namespace Steth.Controller.Inventory;

/// <summary>Reads a configuration once, collecting nodes, networks and every problem.</summary>
internal sealed class ConfigurationReader(string file)
{
    /// <summary>Where agents listen when nothing else is said.</summary>
    public const int DefaultPort = 9698;

    private const string NetworkSuffix = "_type_network";
    private static readonly string[] DefaultKeys = ["network_types", "nodes_id", "node_name_prefix", "tls", "insecure", "lease_seconds"];
    private static readonly string[] NeutronKeys = ["username", "password", "tenant_name", "auth_url"];

    private readonly List<ConfigurationProblem> _problems = [];
    private readonly List<(Node Node, IniEntry Entry)> _nodes = [];
    private readonly List<NetworkType> _types = [];

    /// <summary>Reads the text.</summary>
    public StethConfiguration Read(string text)
    {
        var ini = IniFile.Parse(text);
        _problems.AddRange(ini.Errors.Select(e => new ConfigurationProblem(file, e.Line, null, e.Message)));
        var entries = Known(ini.Entries);

        // The original's own default for node_name_prefix.
        var prefix = entries.LastOrDefault(e => e is { Section: IniFile.DefaultSection, Key: "node_name_prefix" })?.Value ?? "server-";
        new PrefixNodes(this, prefix).Read(entries);
        new RangeNodes(this, prefix).Read(entries);
        new NamedNodes(this).Read(entries);
        FindDuplicates();
        var insecure = Flag(entries, "insecure");
        var lease = LeaseSeconds(entries);
        var checks = new CheckSettingsReader(this).Read(entries);

        return new StethConfiguration
        {
            SourceFile = file,
            SourceExists = true,
            Nodes = [.. _nodes.Select(n => n.Node)],
            NetworkTypes = _types,
            NeutronClient = Neutron(entries),
            Tls = entries.LastOrDefault(e => e is { Section: IniFile.DefaultSection, Key: "tls" })?.Value,
            Insecure = insecure,
            LeaseSeconds = lease,
            Checks = checks,
            Problems = [.. _problems.OrderBy(p => p.Line ?? 0)],
        };
    }

    /// <summary>Notes what is wrong with an entry.</summary>
    public void Report(IniEntry entry, string message) =>
        _problems.Add(new ConfigurationProblem(file, entry.Line, KeyOf(entry), message));

    /// <summary>Enters a node that <paramref name="entry"/> made.</summary>
    public void Add(Node node, IniEntry entry) => _nodes.Add((node, entry));

    /// <summary>Enters a network; the first to name a NIC for it is believed.</summary>
    public void Add(NetworkType type)
    {
        var at = _types.FindIndex(t => t.Name == type.Name);
        if (at < 0)
            _types.Add(type);
        else if (_types[at].Nic is null)
            _types[at] = type;
    }

    /// <summary>The agent's address: the management network's, else the first.</summary>
    public static IPEndPoint AgentOf(IReadOnlyList<NodeNetwork> networks, int port = DefaultPort) =>
        new((networks.FirstOrDefault(n => n.Type == "mgmt") ?? networks[0]).Address, port);

    /// <summary>The network a section is about: <c>mgmt</c> of [mgmt_type_network]; null for other sections.</summary>
    public static string? NetworkOf(IniEntry entry) =>
        entry.Section.EndsWith(NetworkSuffix, StringComparison.Ordinal) && entry.Section.Length > NetworkSuffix.Length
            ? entry.Section[..^NetworkSuffix.Length]
            : null;

    private int? LeaseSeconds(List<IniEntry> entries)
    {
        if (entries.LastOrDefault(e => e is { Section: IniFile.DefaultSection, Key: "lease_seconds" }) is not { } entry)
            return null;
        if (int.TryParse(entry.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 3600)
            return seconds;
        Report(entry, $"'{entry.Value}' is not a length of leases; expected 1-3600, in seconds");
        return null;
    }

    private List<IniEntry> Known(IReadOnlyList<IniEntry> entries)
    {
        var known = new List<IniEntry>();
        var seen = new Dictionary<(string Section, string Key), int>();
        foreach (var entry in entries)
        {
            if (Complaint(entry) is { } complaint)
                Report(entry, complaint);
            else if (entry.Section != "nodes" && !seen.TryAdd((entry.Section, entry.Key), entry.Line))
                Report(entry, FormattableString.Invariant($"is given twice; line {seen[(entry.Section, entry.Key)]} has it already"));
            else
                known.Add(entry);
        }
        return known;
    }

    private static string? Complaint(IniEntry entry) => (entry.Section, NetworkOf(entry)) switch
    {
        ("nodes", _) => null,
        (IniFile.DefaultSection, _) => Among(DefaultKeys, entry.Key),
        ("neutron_client", _) => Among(NeutronKeys, entry.Key),
        (CheckSettingsReader.Section, _) => Among(CheckSettingsReader.Keys, entry.Key),
        (_, { } network) => Among([$"{network}_ethernet_name", $"{network}_network_ranges"], entry.Key),
        _ => "is in a section that is not known; expected [DEFAULT], [nodes], [checks], [neutron_client] or [NAME_type_network]",
    };

    /// <summary>A boolean of [DEFAULT] in oslo.config's words.</summary>
    private bool? Flag(List<IniEntry> entries, string key)
    {
        if (entries.LastOrDefault(e => e.Section == IniFile.DefaultSection && e.Key == key) is not { } entry)
            return null;
        switch (entry.Value.ToUpperInvariant())
        {
            case "TRUE" or "1" or "ON" or "YES":
                return true;
            case "FALSE" or "0" or "OFF" or "NO":
                return false;
            default:
                Report(entry, "is not a boolean; expected true or false");
                return null;
        }
    }

    private static string? Among(string[] keys, string key) =>
        keys.Contains(key) ? null : $"is not known here; expected {string.Join(", ", keys[..^1])} or {keys[^1]}";

    private static string KeyOf(IniEntry entry) => entry.Section == IniFile.DefaultSection ? entry.Key : $"[{entry.Section}] {entry.Key}";

    private static NeutronClientSettings? Neutron(List<IniEntry> entries)
    {
        var values = entries.Where(e => e.Section == "neutron_client").ToDictionary(e => e.Key, e => e.Value);
        return values.Count == 0
            ? null
            : new NeutronClientSettings(
                values.GetValueOrDefault("username"),
                values.GetValueOrDefault("password"),
                values.GetValueOrDefault("tenant_name"),
                values.GetValueOrDefault("auth_url"));
    }

    private void FindDuplicates()
    {
        var names = new Dictionary<string, int>();
        var addresses = new Dictionary<string, (Node Node, int Line)>();
        foreach (var (node, entry) in _nodes)
        {
            if (!names.TryAdd(node.Name, entry.Line))
                Report(entry,
                    FormattableString.Invariant($"gives the name {node.Name} to a second node; line {names[node.Name]} has it already"));
            // Agents may share an address on different ports, as on one test machine; other addresses belong to one node.
            var agent = node.AgentEndpoint;
            foreach (var key in node.Networks.Select(n => n.Address).Where(a => !a.Equals(agent.Address))
                .Select(a => a.ToString()).Append(agent.ToString()).Distinct())
            {
                if (!addresses.TryAdd(key, (node, entry.Line)) && addresses[key].Node != node)
                    Report(entry,
                        FormattableString.Invariant(
                            $"gives {key} to {node.Name}; {addresses[key].Node.Name} of line {addresses[key].Line} has it already"));
            }
        }
    }
}
