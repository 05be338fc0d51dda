using Steth.Lab.Hosts;
using Steth.Lab.State;

namespace Steth.Lab.Faults;

/// <summary>Changes to iptables rules that can be undone exactly, by their place in the chain.</summary>
internal static class RuleEdit
{
    /// <summary>Takes away the rules (as `iptables -S` prints them) that <paramref name="isGone"/> picks.</summary>
    /// <exception cref="LabException">There are none.</exception>
    public static async Task<FaultSteps> RemoveAsync(LabHost host, string? netns, string table, Func<string, bool> isGone,
        CancellationToken ct)
    {
        var gone = await FindAsync(host, netns, table, isGone, ct);
        return new FaultSteps(
            [Apply(host.Name, netns, table, gone.Select(rule => $"-D {rule.Chain} {rule.Text}"))],
            [Apply(host.Name, netns, table, gone.Select(rule => $"-I {rule.Chain} {rule.Place} {rule.Text}"))]);
    }

    /// <summary>Replaces the rules that <paramref name="isChanged"/> picks.</summary>
    /// <exception cref="LabException">There are none.</exception>
    public static async Task<FaultSteps> ChangeAsync(
        LabHost host, string? netns, string table, Func<string, bool> isChanged, Func<string, string> change, CancellationToken ct)
    {
        var rules = await FindAsync(host, netns, table, isChanged, ct);
        return new FaultSteps(
            [Apply(host.Name, netns, table, rules.Select(rule => $"-R {rule.Chain} {rule.Place} {change(rule.Text)}"))],
            [Apply(host.Name, netns, table, rules.Select(rule => $"-R {rule.Chain} {rule.Place} {rule.Text}"))]);
    }

    /// <summary>Puts a rule before all others of a chain.</summary>
    public static FaultSteps Add(string host, string? netns, string table, string chain, string rule) => new(
        [Apply(host, netns, table, [$"-I {chain} 1 {rule}"])],
        [Apply(host, netns, table, [$"-D {chain} {rule}"])]);

    private static async Task<IReadOnlyList<(string Chain, int Place, string Text)>> FindAsync(
        LabHost host, string? netns, string table, Func<string, bool> isMeant, CancellationToken ct)
    {
        var (found, places) = (new List<(string, int, string)>(), new Dictionary<string, int>());
        foreach (var line in (await host.RunAsync(In(netns, ["iptables", "-t", table, "-S"]), ct)).Split('\n'))
        {
            if (line.Split(' ', 3) is not ["-A", var chain, var text])
                continue;
            var place = places[chain] = places.GetValueOrDefault(chain) + 1;
            if (isMeant(line))
                found.Add((chain, place, text));
        }
        return found.Count > 0
            ? found
            : throw new LabException($"The {table} table on {host.Name} has no such rule: something else changed it; `steth-lab heal`, or take the lab down.");
    }

    private static HostCommand Apply(string host, string? netns, string table, IEnumerable<string> lines) =>
        new(host, In(netns, ["iptables-restore", "--noflush"]), $"*{table}\n{string.Join('\n', lines)}\nCOMMIT\n");

    private static IReadOnlyList<string> In(string? netns, IReadOnlyList<string> command) =>
        netns is null ? command : ["ip", "netns", "exec", netns, .. command];
}
