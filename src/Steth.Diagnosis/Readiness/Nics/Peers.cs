namespace Steth.Diagnosis.Readiness.Nics;

/// <summary>
/// NICs that should be alike, parted by what they have: the majority is right. Without a majority nobody is blamed alone.
/// </summary>
/// <param name="Values">Those that were told, the most frequent first.</param>
/// <param name="Majority">More than half of the NICs have it; meaningless without such a majority.</param>
/// <param name="HasMajority">There is one.</param>
internal sealed record Peers<T>(IReadOnlyList<(T Value, IReadOnlyList<JudgedNic> Nics)> Values, T? Majority, bool HasMajority)
    where T : notnull
{
    /// <summary>Not all are alike.</summary>
    public bool Differ => Values.Count > 1;

    /// <summary>Parts them; a NIC that tells no value takes no part.</summary>
    public static Peers<T> Of(IEnumerable<JudgedNic> nics, Func<JudgedNic, (bool Told, T Value)> read)
    {
        var told = nics.Select(n => (Nic: n, Read: read(n))).Where(n => n.Read.Told).ToList();
        List<(T Value, IReadOnlyList<JudgedNic> Nics)> values =
        [
            .. told.GroupBy(n => n.Read.Value).Select(g => (g.Key, (IReadOnlyList<JudgedNic>)[.. g.Select(n => n.Nic)]))
                .OrderByDescending(g => g.Item2.Count),
        ];
        var most = values.Count > 0 && values[0].Nics.Count * 2 > told.Count;
        return new Peers<T>(values, most ? values[0].Value : default, most);
    }
}
