using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tools.Ovs;

/// <summary>Reads this host's Open vSwitch database through ovs-vsctl(8). The schema is ovs-vswitchd.conf.db(5).</summary>
public sealed class OvsDatabase(IToolRunner tools)
{
    private static readonly ToolCommand Command = new()
    {
        Program = "ovs-vsctl",
        // All four tables in one transaction, so that every reference between them resolves.
        Arguments =
        [
            "-f", "json", "--timeout=5",
            "--columns=ovs_version,external_ids", "list", "Open_vSwitch",
            "--", "--columns=name,datapath_type,fail_mode,ports", "list", "Bridge",
            "--", "--columns=_uuid,name,tag,trunks,vlan_mode,other_config,interfaces", "list", "Port",
            "--", "--columns=_uuid,name,type,ofport,external_ids,options,admin_state,link_state,error,statistics", "list", "Interface",
        ],
    };

    /// <summary>Reads all bridges. A host without Open vSwitch, or with one that does not answer, is a result that says so.</summary>
    /// <exception cref="OperationException">ToolFailed: ovs-vsctl printed what cannot be read.</exception>
    public async Task<OvsShowResult> ReadAsync(CancellationToken cancellationToken)
    {
        if (tools.Find(Command.Program) is null)
            return NotRunning("Open vSwitch is not installed on this host (ovs-vsctl of package openvswitch-switch).");
        ToolOutput output;
        try
        {
            output = await tools.RunAsync(Command, cancellationToken);
        }
        catch (OperationException e) when (e.Code == OperationErrorCode.Timeout)
        {
            return NotRunning(e.Message);
        }
        if (output.ExitCode == 128 + 14)
            return NotRunning("Open vSwitch's database did not answer within 5 s; look at the service ovsdb-server.");
        if (output.ExitCode != 0)
            return NotRunning($"Open vSwitch's database does not answer; is openvswitch-switch started? {output.Stderr.Trim()}");
        try
        {
            return Parse(output.Stdout);
        }
        catch (FormatException e)
        {
            throw new OperationException(
                OperationErrorCode.ToolFailed, $"Open vSwitch's database cannot be read on this host: {e.Message}", e);
        }
    }

    /// <summary>Makes sure that there is a bridge of that name.</summary>
    /// <exception cref="OperationException">NoSuchDevice (names the bridges there are), ToolMissing, ToolFailed.</exception>
    public async Task RequireBridgeAsync(string bridge, CancellationToken cancellationToken)
    {
        var shown = await ReadAsync(cancellationToken);
        if (!shown.Running)
        {
            throw tools.Find(Command.Program) is null
                ? new OperationException(OperationErrorCode.ToolMissing, shown.Reason!)
                : new OperationException(OperationErrorCode.ToolFailed, shown.Reason!);
        }
        if (shown.Bridges.All(b => b.Name != bridge))
        {
            var known = shown.Bridges.Count == 0 ? "it has none" : "there are: " + string.Join(", ", shown.Bridges.Select(b => b.Name));
            throw new OperationException(OperationErrorCode.NoSuchDevice, $"Open vSwitch on this host has no bridge '{bridge}'; {known}.");
        }
    }

    /// <summary>Reads the four tables as ovs-vsctl printed them.</summary>
    /// <exception cref="FormatException">Not these tables.</exception>
    public static OvsShowResult Parse(string text)
    {
        var tables = OvsdbJson.ParseTables(text);
        if (tables.Count != 4 || tables[0].Count != 1)
            throw new FormatException($"ovs-vsctl printed {tables.Count} tables where 4 were asked for.");
        var interfaces = tables[3].ToDictionary(Id, Interface);
        var ports = tables[2].ToDictionary(Id, row => Port(row, interfaces));
        return new OvsShowResult
        {
            Running = true,
            Version = tables[0][0].Text("ovs_version"),
            ExternalIds = tables[0][0].TextMap("external_ids"),
            Bridges = [.. tables[1].Select(row => Bridge(row, ports)).OrderBy(b => b.Name, StringComparer.Ordinal)],
        };
    }

    private static OvsShowResult NotRunning(string reason) =>
        new() { Running = false, Reason = reason, ExternalIds = new Dictionary<string, string>(), Bridges = [] };

    private static Guid Id(OvsdbRow row) => row.Ids("_uuid") is [var id] ? id : throw new FormatException("A row has no _uuid.");

    private static string Name(OvsdbRow row) => row.Text("name") ?? throw new FormatException("A row has no name.");

    private static OvsBridge Bridge(OvsdbRow row, Dictionary<Guid, OvsPort> ports) => new()
    {
        Name = Name(row),
        DatapathType = row.Text("datapath_type") ?? "",
        FailMode = row.Text("fail_mode"),
        Ports = [.. row.Ids("ports").Where(ports.ContainsKey).Select(id => ports[id]).OrderBy(p => p.Name, StringComparer.Ordinal)],
    };

    private static OvsPort Port(OvsdbRow row, Dictionary<Guid, OvsInterface> interfaces) => new()
    {
        Name = Name(row),
        Tag = row.Number("tag"),
        Trunks = row.Numbers("trunks"),
        VlanMode = row.Text("vlan_mode"),
        OtherConfig = row.TextMap("other_config"),
        Interfaces = [.. row.Ids("interfaces").Where(interfaces.ContainsKey).Select(id => interfaces[id])
            .OrderBy(i => i.Name, StringComparer.Ordinal)],
    };

    private static OvsInterface Interface(OvsdbRow row) => new()
    {
        Name = Name(row),
        Type = row.Text("type") ?? "",
        Ofport = row.Number("ofport"),
        ExternalIds = row.TextMap("external_ids"),
        Options = row.TextMap("options"),
        AdminState = row.Text("admin_state"),
        LinkState = row.Text("link_state"),
        Error = row.Text("error"),
        Statistics = row.NumberMap("statistics"),
    };
}
