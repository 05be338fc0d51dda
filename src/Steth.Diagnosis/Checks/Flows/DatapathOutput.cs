using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Steth.Contracts.OpenFlow;

namespace Steth.Diagnosis.Checks.Flows;

/// <summary>What comes out of a trace, read from its datapath actions (ovs-actions(7), odp_execute of ovs-vswitchd).</summary>
internal sealed partial record DatapathOutput
{
    private DatapathOutput(IReadOnlyList<(string Device, int? Vlan)> ports, IReadOnlyList<(IPAddress Remote, long? Key)> tunnels) =>
        (Ports, Tunnels) = (ports, tunnels);

    /// <summary>Each port it is put out to with its outermost tag.</summary>
    public IReadOnlyList<(string Device, int? Vlan)> Ports { get; }

    /// <summary>Each tunnel it is put into: the other end and the VNI or key.</summary>
    public IReadOnlyList<(IPAddress Remote, long? Key)> Tunnels { get; }

    /// <summary>Reads datapath actions.</summary>
    /// <param name="actions">As printed.</param>
    /// <param name="vlan">The tag the packet came with; null: none.</param>
    public static DatapathOutput Parse(string actions, int? vlan)
    {
        var ports = new List<(string Device, int? Vlan)>();
        var tags = new Stack<int>();
        if (vlan is { } tag)
            tags.Push(tag);
        Walk(actions, tags, ports);
        return new DatapathOutput(ports, [.. TunnelHeader().Matches(actions).Select(Tunnel).OfType<(IPAddress, long?)>()]);
    }

    private static void Walk(string actions, Stack<int> tags, List<(string Device, int? Vlan)> ports)
    {
        foreach (var action in ActionList.Split(actions))
        {
            if (PushVlan().Match(action) is { Success: true } push)
                tags.Push(int.Parse(push.Groups[1].Value, CultureInfo.InvariantCulture));
            else if (action == "pop_vlan")
                tags.TryPop(out _);
            else if (action.StartsWith("clone(", StringComparison.Ordinal) && action[^1] == ')')
                Walk(action["clone(".Length..^1], new Stack<int>(tags.Reverse()), ports);
            else if (action.Length > 0 && action != "drop" && action != "ct_clear" && !action.Contains('(', StringComparison.Ordinal))
                ports.Add((action.Trim('"'), tags.TryPeek(out var top) ? top : null));
        }
    }

    private static (IPAddress, long?)? Tunnel(Match header)
    {
        if (!IPAddress.TryParse(Remote().Match(header.Value).Groups[1].Value, out var remote))
            return null;
        var key = Key().Match(header.Value);
        return (remote, key.Success ? long.Parse(key.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture) : null);
    }

    [GeneratedRegex(@"^push_vlan\((?:tpid=0x[0-9a-f]+,)?vid=(\d+)")]
    private static partial Regex PushVlan();

    // In userspace the whole header is pushed, in the kernel only its fields are set.
    [GeneratedRegex(@"tnl_push\(.*?out_port\(|set\(tunnel\(.*?\)\)")]
    private static partial Regex TunnelHeader();

    [GeneratedRegex(@"(?:ipv[46]\(src=[^,]+,dst=|tunnel\((?:[^()]*?,)?(?:ipv6_)?dst=)([0-9a-fA-F.:]+)")]
    private static partial Regex Remote();

    [GeneratedRegex(@"(?:vni|tun_id|key)=0x([0-9a-f]+)")]
    private static partial Regex Key();
}
