using System.Text.RegularExpressions;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tools.Nftables;

/// <summary>Asks nft(8) what can drop in a namespace.</summary>
public sealed partial class NftablesTool(IToolRunner tools)
{
    /// <summary>Its name.</summary>
    public const string Program = "nft";

    /// <summary>Reads the base chains that can drop.</summary>
    /// <param name="inside">The namespace; null: where the agent is.</param>
    /// <param name="iptables">What iptables-save tells: its tables are left out. It runs meanwhile; null: it could not tell.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationException">As <see cref="IToolRunner.RunAsync"/>; ToolFailed when nft cannot tell.</exception>
    /// <exception cref="FormatException">nft printed something else.</exception>
    public async Task<NftablesRuleset> ReadAsync(
        NamespaceName? inside, Task<IptablesRules?> iptables, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(iptables);
        var text = await RunAsync(inside, ["-j", "list", "ruleset"], cancellationToken);
        var told = await iptables is { IsOfNftables: true } rules ? rules.Chains.Select(c => c.Table).ToHashSet() : [];
        var ruleset = NftablesJson.Parse(text, told);
        if (!ruleset.Chains.Any(LacksDevices))
            return ruleset;
        // The JSON of nft 1.0.6 has no devices in it, its text does.
        var devices = Devices(await RunAsync(inside, ["list", "ruleset"], cancellationToken));
        return ruleset with
        {
            Chains =
            [
                .. ruleset.Chains.Select(c => LacksDevices(c)
                    ? c with { Devices = devices.GetValueOrDefault((c.Family, c.Table, c.Chain), []) } : c),
            ],
        };
    }

    /// <summary>Devices of the base chains in nft's own notation.</summary>
    public static IReadOnlyDictionary<(string Family, string Table, string Chain), IReadOnlyList<string>> Devices(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var found = new Dictionary<(string, string, string), IReadOnlyList<string>>();
        var (family, table, chain) = ("", "", "");
        foreach (var line in text.Split('\n').Select(l => l.Trim()))
        {
            if (TableLine().Match(line) is { Success: true } t)
                (family, table) = (t.Groups[1].Value, t.Groups[2].Value);
            else if (ChainLine().Match(line) is { Success: true } c)
                chain = c.Groups[1].Value;
            else if (HookLine().Match(line) is { Success: true } h)
                found[(family, table, chain)] = [.. h.Groups[1].Value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)
                    .Select(d => d.Trim('"'))];
        }
        return found;
    }

    private static bool LacksDevices(NftablesChain chain) => chain.Hook is "ingress" or "egress" && chain.Devices.Count == 0;

    private async Task<string> RunAsync(NamespaceName? inside, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var output = await tools.RunAsync(inside, new ToolCommand { Program = Program, Arguments = arguments }, cancellationToken);
        return output.ExitCode == 0 ? output.Stdout
            : throw new OperationException(OperationErrorCode.ToolFailed, $"nft failed: {output.Stderr.Trim().ReplaceLineEndings(" ")}");
    }

    [GeneratedRegex(@"^table (\S+) (\S+) \{")]
    private static partial Regex TableLine();

    [GeneratedRegex(@"^chain (\S+) \{")]
    private static partial Regex ChainLine();

    [GeneratedRegex(@"^type \S+ hook \S+ devices? (?:= \{ )?([^{};]+?)(?: \})? priority ")]
    private static partial Regex HookLine();
}

/// <summary>What can drop in a namespace.</summary>
/// <param name="Chains">Base chains that can drop.</param>
/// <param name="LeftOut">Rules that can drop and are too many to be among them.</param>
public sealed record NftablesRuleset(IReadOnlyList<NftablesChain> Chains, int LeftOut);
