using System.Globalization;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Readiness.Vlans;

/// <summary>How VLANs, nodes and pairs are named in a sentence.</summary>
internal static class VlanWords
{
    private const int MostNames = 8;

    /// <summary><c>VLAN 103</c>, <c>VLANs 103-104</c>, <c>untagged frames</c>, <c>untagged frames and VLAN 103</c>.</summary>
    public static string Vlans(VlanSet vlans)
    {
        var tagged = vlans.Except(VlanSet.UntaggedOnly);
        var word = tagged.Count == 1 ? $"VLAN {tagged}" : $"VLANs {tagged}";
        return !vlans.Contains(VlanSet.Untagged) ? word : tagged.IsEmpty ? "untagged frames" : $"untagged frames and {word}";
    }

    /// <summary>The same at the beginning of a sentence.</summary>
    public static string Capital(VlanSet vlans) => Vlans(vlans) is var text ? char.ToUpperInvariant(text[0]) + text[1..] : "";

    /// <summary>One VLAN: <c>VLAN 103</c> or <c>untagged</c>.</summary>
    public static string Tag(int vlan) =>
        vlan == VlanSet.Untagged ? "untagged" : string.Create(CultureInfo.InvariantCulture, $"VLAN {vlan}");

    /// <summary><c>does</c> or <c>do</c>.</summary>
    public static string Do(VlanSet vlans) => IsOne(vlans) ? "does" : "do";

    /// <summary><c>it</c> or <c>they</c>.</summary>
    public static string It(VlanSet vlans) => IsOne(vlans) ? "it" : "they";

    /// <summary><c>a, b and 3 more</c>.</summary>
    public static string Names(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return all.Length <= MostNames + 1
            ? string.Join(", ", all)
            : string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", all.Take(MostNames))} and {all.Length - MostNames} more");
    }

    /// <summary><c>{a, b} | {c}</c>.</summary>
    public static string Groups(IEnumerable<IEnumerable<string>> groups) =>
        string.Join(" | ", groups.Select(group => $"{{{Names(group)}}}"));

    /// <summary>What the probes of a kind are: <c>full-size frames (1518 bytes)</c>.</summary>
    public static string Frames(VlanProbeKind kind, int? fullSizeBytes) => kind switch
    {
        VlanProbeKind.DoubleTagged => "frames with two tags",
        VlanProbeKind.FullSize when fullSizeBytes is { } bytes =>
            string.Create(CultureInfo.InvariantCulture, $"full-size frames ({bytes} bytes)"),
        VlanProbeKind.FullSize => "full-size frames",
        _ => "frames",
    };

    /// <summary>Pairs with equal receivers together: <c>a, b -> c, d</c>, a line each.</summary>
    public static IEnumerable<string> Pairs(IEnumerable<(string From, string To)> pairs) =>
        pairs.GroupBy(pair => pair.From)
            .GroupBy(sender => string.Join(", ", sender.Select(pair => pair.To)))
            .Select(receivers => $"{string.Join(", ", receivers.Select(sender => sender.Key))} -> {receivers.Key}");

    private static bool IsOne(VlanSet vlans) => vlans.Count == 1 && !vlans.Contains(VlanSet.Untagged);
}
