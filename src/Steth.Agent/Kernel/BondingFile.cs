using System.Globalization;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Agent.Kernel;

/// <summary>
/// Reads /proc/net/bonding/* (drivers/net/bonding/bond_procfs.c): lines of a label and a value, the bond's own first, then those of each
/// member. What LACP knows of partners stands there for CAP_NET_ADMIN only.
/// </summary>
internal static class BondingFile
{
    /// <summary>Bytes read at most; a bond of 64 members takes a tenth of it.</summary>
    public const int MostBytes = 1 << 19;

    private const int MostMembers = 256;

    private static readonly Dictionary<string, string> _modes = new(StringComparer.Ordinal)
    {
        ["load balancing (round-robin)"] = "balance-rr",
        ["fault-tolerance (active-backup)"] = "active-backup",
        ["load balancing (xor)"] = "balance-xor",
        ["fault-tolerance (broadcast)"] = "broadcast",
        ["IEEE 802.3ad Dynamic link aggregation"] = "802.3ad",
        ["transmit load balancing"] = "balance-tlb",
        ["adaptive load balancing"] = "balance-alb",
    };

    /// <summary>Reads it; null when it names no mode: it is no such file.</summary>
    public static BondFacts? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var sections = Sections(text);
        var bond = sections[0];
        if (bond.Text("Bonding Mode") is not { } mode)
            return null;
        return new BondFacts
        {
            // Some modes have a remark behind them: "(fail_over_mac active)".
            Mode = _modes.FirstOrDefault(m => mode.StartsWith(m.Key, StringComparison.Ordinal)).Value ?? mode,
            MiiUp = bond.IsUp,
            LacpRate = bond.Text("LACP rate"),
            XmitHash = bond.Text("Transmit Hash Policy")?.Split(' ')[0],
            ActiveMember = bond.Text("Currently Active Slave") is { } active and not "None" ? active : null,
            Aggregator = bond.Whole("Aggregator ID"),
            Partner = bond.Mac("Partner Mac Address"),
            Members = [.. sections.Skip(1).Select(Member)],
        };
    }

    private static BondMember Member(Section member) => new()
    {
        Name = member.Text("Slave Interface")!,
        MiiUp = member.IsUp,
        LinkFailures = member.Whole("Link Failure Count"),
        Aggregator = member.Whole("Aggregator ID"),
        Partner = member.Mac("partner system mac address"),
        PartnerKey = member.Whole("partner oper key"),
        ActorState = member.Whole("actor port state"),
        PartnerState = member.Whole("partner port state"),
    };

    private static List<Section> Sections(string text)
    {
        var sections = new List<Section> { new() };
        var prefix = "";
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
                continue;
            var (label, value) = (line[..colon], PlainText.Of(line[(colon + 1)..]));
            if (label == "Slave Interface")
            {
                if (sections.Count > MostMembers)
                    break;
                sections.Add(new Section());
                prefix = "";
            }
            // Both ends of a member's LACP have lines of the same label.
            if (label is "details actor lacp pdu" or "details partner lacp pdu")
                prefix = label == "details actor lacp pdu" ? "actor " : "partner ";
            else
                sections[^1].Add(prefix + label, value);
        }
        return sections;
    }

    private sealed class Section
    {
        private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

        public bool? IsUp => Text("MII Status") is { } status ? status == "up" : null;

        // The first of a label counts: none stands twice in a section.
        public void Add(string label, string value) => _values.TryAdd(label, value);

        public string? Text(string label) => _values.TryGetValue(label, out var value) && value.Length > 0 ? value : null;

        public int? Whole(string label) =>
            int.TryParse(Text(label), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

        public MacAddress? Mac(string label) => MacAddress.TryParse(Text(label), null, out var mac) ? mac : null;
    }
}
