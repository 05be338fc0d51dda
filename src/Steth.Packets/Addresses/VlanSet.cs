using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Steth.Packets.Addresses;

/// <summary>
/// A set of VLANs as an operator writes it: <c>1-4094</c>, <c>100-105,200</c>. Frames without a tag count as a VLAN of their own, number 0,
/// written <c>untagged</c>. Never changes; 512 bytes, so that one a pair of nodes costs little. A string in JSON, empty for no VLAN.
/// </summary>
[JsonConverter(typeof(VlanSetJsonConverter))]
public sealed class VlanSet : IParsable<VlanSet>, IEquatable<VlanSet>
{
    /// <summary>The number that frames without a tag go by.</summary>
    public const int Untagged = 0;

    /// <summary>Numbers are below this.</summary>
    public const int Numbers = 4096;

    private const int Words = Numbers / 64;
    private const string UntaggedWord = "untagged";

    private readonly ImmutableArray<ulong> _words;

    /// <summary>Makes a set of tagged VLANs.</summary>
    public VlanSet(IEnumerable<VlanId> ids)
        : this(ids.Select(id => (int)id.Value))
    {
    }

    /// <summary>Makes a set of numbers, <see cref="Untagged"/> among them or not.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is outside 0–4094.</exception>
    public VlanSet(IEnumerable<int> numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        var words = new ulong[Words];
        foreach (var number in numbers)
        {
            if (number != Untagged && !VlanId.IsValid(number))
                throw new ArgumentOutOfRangeException(nameof(numbers), number, "A VLAN is 1-4094, or 0 for untagged.");
            words[number >> 6] |= 1UL << (number & 63);
        }
        _words = [.. words];
    }

    private VlanSet(ulong[] words) => _words = ImmutableArray.Create(words);

    /// <summary>No VLAN.</summary>
    public static VlanSet Empty { get; } = new(Array.Empty<int>());

    /// <summary>Frames without a tag alone.</summary>
    public static VlanSet UntaggedOnly { get; } = new(new[] { Untagged });

    /// <summary>How many, untagged included.</summary>
    public int Count => _words.Sum(word => BitOperations.PopCount(word));

    /// <summary>There is none.</summary>
    public bool IsEmpty => _words.All(word => word == 0);

    /// <summary>The ids of tagged VLANs, in order.</summary>
    public IReadOnlyList<VlanId> Ids => [.. Members().Where(number => number != Untagged).Select(number => new VlanId(number))];

    /// <summary>The set of the bits of 64 words, as a listener counts them: bit n of word w is number 64 w + n; 4095 is left out.</summary>
    public static VlanSet OfBits(ReadOnlySpan<ulong> words)
    {
        var kept = words[..Words].ToArray();
        kept[^1] &= ~(1UL << 63);
        return new VlanSet(kept);
    }

    /// <summary>Whether a number is in it.</summary>
    public bool Contains(int number) => number is >= 0 and < Numbers && (_words[number >> 6] >> (number & 63) & 1) != 0;

    /// <summary>The numbers, in order.</summary>
    public IEnumerable<int> Members()
    {
        for (var word = 0; word < Words; word++)
        {
            for (var left = _words[word]; left != 0; left &= left - 1)
                yield return (word << 6) + BitOperations.TrailingZeroCount(left);
        }
    }

    /// <summary>What is in either.</summary>
    public VlanSet Union(VlanSet other) => Combine(other, (mine, theirs) => mine | theirs);

    /// <summary>What is in both.</summary>
    public VlanSet Intersect(VlanSet other) => Combine(other, (mine, theirs) => mine & theirs);

    /// <summary>What is in this one alone.</summary>
    public VlanSet Except(VlanSet other) => Combine(other, (mine, theirs) => mine & ~theirs);

    /// <inheritdoc/>
    public bool Equals(VlanSet? other) =>
        other is not null && (ReferenceEquals(this, other) || _words.AsSpan().SequenceEqual(other._words.AsSpan()));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VlanSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var word in _words)
            hash.Add(word);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public static VlanSet Parse(string s, IFormatProvider? provider = null) => TryParse(s, provider, out var set) ? set
        : throw new FormatException($"'{s}' is no list of VLANs; expected ids and ranges of 1-4094, as in 100-105,200, or 'untagged'.");

    /// <inheritdoc/>
    /// <remarks>Text that names none is refused.</remarks>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [NotNullWhen(true)] out VlanSet? result)
    {
        result = null;
        var words = new ulong[Words];
        foreach (var part in (s ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            var (first, last) = (Untagged, Untagged);
            if (part != UntaggedWord)
            {
                var ends = part.Split('-', StringSplitOptions.TrimEntries);
                if (ends.Length > 2 || !VlanId.TryParse(ends[0], provider, out var from) || !VlanId.TryParse(ends[^1], provider, out var to)
                    || to < from)
                    return false;
                (first, last) = (from.Value, to.Value);
            }
            for (var number = first; number <= last; number++)
                words[number >> 6] |= 1UL << (number & 63);
        }
        result = new VlanSet(words);
        return true;
    }

    /// <summary>The shortest way to write them: <c>untagged,100-105,200</c>; empty for none.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Contains(Untagged) ? UntaggedWord : "");
        for (var number = 1; number < Numbers; number++)
        {
            if (!Contains(number))
                continue;
            var first = number;
            while (Contains(number + 1))
                number++;
            text.Append(text.Length == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{first}");
            if (number > first)
                text.Append(CultureInfo.InvariantCulture, $"-{number}");
        }
        return text.ToString();
    }

    private VlanSet Combine(VlanSet other, Func<ulong, ulong, ulong> combine)
    {
        ArgumentNullException.ThrowIfNull(other);
        var words = new ulong[Words];
        for (var i = 0; i < Words; i++)
            words[i] = combine(_words[i], other._words[i]);
        return new VlanSet(words);
    }
}

/// <summary>Writes a <see cref="VlanSet"/> as its text; the empty text is the empty set.</summary>
public sealed class VlanSetJsonConverter : JsonConverter<VlanSet>
{
    /// <inheritdoc/>
    public override VlanSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        const string expected = "expected VLANs, as in \"1-100,200\"";
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException(expected);
        var text = reader.GetString()!;
        return text.Length == 0 ? VlanSet.Empty : VlanSet.TryParse(text, null, out var set) ? set : throw new JsonException(expected);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, VlanSet value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStringValue(value.ToString());
    }
}
