using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Steth.Packets.Addresses;

/// <summary>VLAN ids as an operator writes them: <c>1-4094</c>, <c>100-105,200</c>. Never empty; each id once, in order.</summary>
public sealed class VlanSet : IParsable<VlanSet>
{
    /// <summary>Makes a set.</summary>
    /// <exception cref="ArgumentException">There are no ids.</exception>
    public VlanSet(IEnumerable<VlanId> ids)
    {
        Ids = [.. ids.Distinct().Order()];
        if (Ids.Count == 0)
            throw new ArgumentException("A set of VLANs has at least one.", nameof(ids));
    }

    /// <summary>The ids, in order.</summary>
    public IReadOnlyList<VlanId> Ids { get; }

    /// <inheritdoc/>
    public static VlanSet Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var set)
            ? set
            : throw new FormatException($"'{s}' is no list of VLANs; expected ids and ranges of 1-4094, as in 100-105,200.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [NotNullWhen(true)] out VlanSet? result)
    {
        result = null;
        var ids = new List<VlanId>();
        foreach (var part in (s ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-', StringSplitOptions.TrimEntries);
            if (ends.Length > 2 || !VlanId.TryParse(ends[0], provider, out var first) || !VlanId.TryParse(ends[^1], provider, out var last)
                || last < first)
                return false;
            ids.AddRange(Enumerable.Range(first.Value, last.Value - first.Value + 1).Select(id => new VlanId(id)));
        }
        result = new VlanSet(ids);
        return true;
    }

    /// <summary>The shortest way to write them: <c>100-105,200</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (var i = 0; i < Ids.Count;)
        {
            var first = i;
            while (i + 1 < Ids.Count && Ids[i + 1].Value == Ids[i].Value + 1)
                i++;
            text.Append(text.Length == 0 ? "" : ",").Append(Ids[first]);
            if (i > first)
                text.Append(CultureInfo.InvariantCulture, $"-{Ids[i]}");
            i++;
        }
        return text.ToString();
    }
}
