using System.Text.RegularExpressions;
using Steth.Lab.Processes;

namespace Steth.Lab.Wiring;

/// <summary>
/// Conntrack zones, by which Neutron's firewalls keep the connections of networks apart. A kernel built without
/// CONFIG_NF_CONNTRACK_ZONES (Debian's User-Mode Linux is) refuses every rule and flow that names one; on such a kernel the lab's rules
/// and flows are the same but for the zone, and all networks of a host share one.
/// </summary>
internal static partial class ConntrackZones
{
    /// <summary>Whether this machine's kernel has them.</summary>
    public static async Task<bool> AreThereAsync(Launcher launcher, CancellationToken ct)
    {
        try
        {
            await launcher.RunAsync(["unshare", "--net", "iptables", "-t", "raw", "-A", "PREROUTING", "-j", "CT", "--zone", "1"], null, ct);
            return true;
        }
        catch (LabException e) when (e.Message.Contains("not supported", StringComparison.Ordinal))
        {
            return false;
        }
    }

    /// <summary>Flows without their zones.</summary>
    public static IEnumerable<string> TakenFrom(IEnumerable<string> flows) => flows.Select(flow => Zone().Replace(flow, ""));

    [GeneratedRegex(@",(zone=NXM_NX_REG6\[0\.\.15\]|ct_zone=\d+)")]
    private static partial Regex Zone();
}
