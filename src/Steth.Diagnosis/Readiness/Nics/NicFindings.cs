using System.Globalization;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Nics;

/// <summary>Words and shapes that all findings about NICs share.</summary>
internal static class NicFindings
{
    /// <summary><c>eth1 of a, b and c</c>, or <c>eth1 of a and bond0 of b</c>.</summary>
    public static string Names(IReadOnlyList<JudgedNic> nics) => nics.Select(n => n.Name).Distinct().Count() == 1
        ? $"{nics[0].Name} of {NodeNames.Join([.. nics.Select(n => n.Node)])}"
        : NodeNames.Join([.. nics.Select(n => n.Text)]);

    /// <summary>One of two words.</summary>
    public static string Verb(IReadOnlyList<JudgedNic> nics, string one, string many) => nics.Count == 1 ? one : many;

    /// <summary>A finding about some NICs; its network is theirs when they carry one alone.</summary>
    public static CheckFinding Of(
        string id, string summary, IReadOnlyList<JudgedNic> nics, IReadOnlyList<string> evidence, string? remedy,
        CheckState state = CheckState.Fail)
    {
        string[] networks = [.. nics.SelectMany(n => n.Networks).Distinct()];
        return new CheckFinding
        {
            Id = id,
            State = state,
            Summary = summary,
            Nodes = [.. nics.Select(n => n.Node).Distinct()],
            Network = networks is [var only] ? only : null,
            Evidence = evidence,
            Remedy = remedy,
        };
    }

    /// <summary><c>10 Gbit/s</c>, <c>100 Mbit/s</c>.</summary>
    public static string Speed(int mbps) => mbps >= 1000
        ? string.Create(CultureInfo.InvariantCulture, $"{mbps / 1000.0:0.#} Gbit/s")
        : string.Create(CultureInfo.InvariantCulture, $"{mbps} Mbit/s");
}
