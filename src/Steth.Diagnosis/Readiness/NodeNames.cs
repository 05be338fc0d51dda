using System.Globalization;

namespace Steth.Diagnosis.Readiness;

/// <summary>Names of nodes in a sentence.</summary>
public static class NodeNames
{
    private const int Most = 4;

    /// <summary><c>a</c>, <c>a and b</c>, <c>a, b, c and 9 more nodes</c>, or <c>all 12 nodes</c> when nobody is left out.</summary>
    /// <param name="names">Who is meant.</param>
    /// <param name="of">How many there are.</param>
    public static string Say(IReadOnlyList<string> names, int of)
    {
        ArgumentNullException.ThrowIfNull(names);
        return names.Count > 2 && names.Count == of ? string.Create(CultureInfo.InvariantCulture, $"all {of} nodes")
            : names.Count > Most
                ? string.Create(
                    CultureInfo.InvariantCulture, $"{string.Join(", ", names.Take(Most - 1))} and {names.Count - Most + 1} more nodes")
            : names.Count <= 1 ? string.Concat(names)
            : $"{string.Join(", ", names.Take(names.Count - 1))} and {names[^1]}";
    }

    /// <summary>Any words: <c>a, b and c</c>; of more than six the first five and how many more.</summary>
    public static string Join(IReadOnlyList<string> words)
    {
        const int most = 6;
        ArgumentNullException.ThrowIfNull(words);
        return words.Count <= 1 ? string.Concat(words)
            : words.Count <= most ? $"{string.Join(", ", words.Take(words.Count - 1))} and {words[^1]}"
            : string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", words.Take(most - 1))} and {words.Count - most + 1} more");
    }
}
