using System.Globalization;
using Steth.Agent.Kernel;
using Steth.Agent.Operations.Inspecting;
using Steth.Agent.Rpc;
using Steth.Agent.Tools;
using Steth.Agent.Tools.Ip;
using Steth.Agent.Tools.Nftables;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.NamespaceInspect"/> out.</summary>
public sealed class NamespaceInspectHandler(
    OperationHandler<InterfaceListParams, InterfaceListResult> interfaces, IpTool ip, IToolRunner tools)
{
    private const int MostWords = 64;

    private readonly NftablesTool _nft = new(tools);

    /// <summary>Reads all parts at the same time; one that fails is named and does not harm the others.</summary>
    /// <exception cref="OperationException">NoSuchDevice: there is no such namespace; InvalidParams.</exception>
    public async Task<NamespaceInspectResult> HandleAsync(
        NamespaceInspectParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        RequireWords("rules_holding", parameters.RulesHolding);
        RequireWords("rules_from", parameters.RulesFrom);
        var inside = parameters.Namespace;
        RequireThere(inside);
        var parts = new InspectedParts();
        var devices = parameters.WithoutInterfaces ? null : parts.ReadAsync("The devices", async () =>
            (await interfaces(new InterfaceListParams { Namespace = inside }, call, cancellationToken)).Interfaces);
        var routes = parts.ReadAsync("The routes", async () => RouteJson.ParseRoutes(
            await ip.RunAsync(inside, ["-j", "-4", "route", "show", "table", "main"], cancellationToken)));
        var neighbours = parts.ReadAsync("The neighbours", async () => RouteJson.ParseNeighbours(
            await ip.RunAsync(inside, ["-j", "-4", "neigh", "show"], cancellationToken)));
        var rules = parts.ReadAsync("The packet filter", () => RulesAsync(inside, cancellationToken));
        var nftables = tools.Find(NftablesTool.Program) is null ? null
            : parts.ReadAsync("nftables", () => _nft.ReadAsync(inside, rules, cancellationToken));
        var kernel = parts.ReadAsync("The kernel's settings", () => NetworkNamespace.Run(inside, NamespaceSettings.Read));
        var listeners = parts.ReadAsync("The sockets", () => NetworkNamespace.Run(inside, ListeningSockets.Read));
        var programs = parts.ReadAsync("The programs", () => NamespacePrograms.Read(inside));
        await Task.WhenAll(
            [devices ?? Task.CompletedTask, routes, neighbours, rules, nftables ?? Task.CompletedTask, kernel, listeners, programs]);
        var (filter, native, settings) = (await rules, nftables is null ? null : await nftables, await kernel);
        return new NamespaceInspectResult
        {
            Namespace = inside?.ToString(),
            Interfaces = devices is null ? null : await devices,
            Routes = await routes,
            Neighbours = await neighbours,
            Chains = filter?.Chains,
            Rules = filter is null ? null : RuleSelection.Select(filter.Rules, parameters),
            Nftables = native?.Chains,
            Conntrack = settings?.Conntrack,
            IpForward = settings?.IpForward,
            BridgeNfCallIptables = settings?.BridgeNfCallIptables,
            Listeners = await listeners,
            Processes = await programs,
            Problems = [.. parts.Problems, .. LeftOut(native)],
        };
    }

    private async Task<IptablesRules> RulesAsync(NamespaceName? inside, CancellationToken cancellationToken)
    {
        var output = await tools.RunAsync(inside, new ToolCommand { Program = "iptables-save", Arguments = ["-c"] }, cancellationToken);
        if (output.ExitCode != 0)
            throw new OperationException(
                OperationErrorCode.ToolFailed, $"iptables-save failed: {output.Stderr.Trim().ReplaceLineEndings(" ")}");
        return PacketFilter.Parse(output.Stdout);
    }

    private static void RequireWords(string name, IReadOnlyList<string> words)
    {
        if (words.Count > MostWords || words.Any(w => w.Length is 0 or > 256))
            throw new OperationException(OperationErrorCode.InvalidParams, string.Create(
                CultureInfo.InvariantCulture, $"{name} takes 0-{MostWords} texts of 1-256 characters."));
    }

    private static IEnumerable<string> LeftOut(NftablesRuleset? nftables)
    {
        if (nftables?.LeftOut > 0)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"nftables has {nftables.LeftOut} more rules that drop than can be told.");
    }

    private static void RequireThere(NamespaceName? inside)
    {
        if (inside is not { } name)
            return;
        try
        {
            NetworkNamespace.Require(name);
        }
        catch (OperationException e) when (e.Code == OperationErrorCode.PermissionDenied)
        {
            // It exists; each part will tell that it could not be read.
        }
    }
}
