using System.Globalization;
using Steth.Agent.Kernel;
using Steth.Agent.Operations.Inspecting;
using Steth.Agent.Rpc;
using Steth.Agent.Tools;
using Steth.Agent.Tools.Ip;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.NamespaceInspect"/> out.</summary>
public sealed class NamespaceInspectHandler(
    OperationHandler<InterfaceListParams, InterfaceListResult> interfaces, IpTool ip, IToolRunner tools)
{
    private const int MostWords = 64;

    /// <summary>Reads all parts at the same time; one that fails is named and does not harm the others.</summary>
    /// <exception cref="OperationException">NoSuchDevice: there is no such namespace; InvalidParams.</exception>
    public async Task<NamespaceInspectResult> HandleAsync(
        NamespaceInspectParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.RulesHolding.Count > MostWords || parameters.RulesHolding.Any(w => w.Length is 0 or > 256))
            throw new OperationException(OperationErrorCode.InvalidParams, string.Create(
                CultureInfo.InvariantCulture, $"rules_holding takes 0-{MostWords} texts of 1-256 characters."));
        var inside = parameters.Namespace;
        RequireThere(inside);
        var parts = new InspectedParts();
        var devices = parameters.WithoutInterfaces ? null : parts.ReadAsync("The devices", async () =>
            (await interfaces(new InterfaceListParams { Namespace = inside }, call, cancellationToken)).Interfaces);
        var routes = parts.ReadAsync("The routes", async () => RouteJson.ParseRoutes(
            await ip.RunAsync([.. Place(inside), "-j", "-4", "route", "show", "table", "main"], cancellationToken)));
        var neighbours = parts.ReadAsync("The neighbours", async () => RouteJson.ParseNeighbours(
            await ip.RunAsync([.. Place(inside), "-j", "-4", "neigh", "show"], cancellationToken)));
        var rules = parts.ReadAsync("The packet filter", () => RulesAsync(inside, cancellationToken));
        var kernel = parts.ReadAsync("The kernel's settings", () => NetworkNamespace.Run(inside, NamespaceSettings.Read));
        var listeners = parts.ReadAsync("The sockets", () => NetworkNamespace.Run(inside, ListeningSockets.Read));
        var programs = parts.ReadAsync("The programs", () => NamespacePrograms.Read(inside));
        await Task.WhenAll([devices ?? Task.CompletedTask, routes, neighbours, rules, kernel, listeners, programs]);
        var words = parameters.RulesHolding;
        return new NamespaceInspectResult
        {
            Namespace = inside?.ToString(),
            Interfaces = devices is null ? null : await devices,
            Routes = await routes,
            Neighbours = await neighbours,
            Chains = (await rules)?.Chains,
            Rules = (await rules)?.Rules.Where(r => words.Count == 0 || words.Any(w => Holds(r, w))).ToList(),
            IpForward = (await kernel)?.IpForward,
            BridgeNfCallIptables = (await kernel)?.BridgeNfCallIptables,
            Listeners = await listeners,
            Processes = await programs,
            Problems = parts.Problems,
        };
    }

    private async Task<FilterState> RulesAsync(NamespaceName? inside, CancellationToken cancellationToken)
    {
        var output = await tools.RunAsync(inside, new ToolCommand { Program = "iptables-save", Arguments = ["-c"] }, cancellationToken);
        if (output.ExitCode != 0)
            throw new OperationException(
                OperationErrorCode.ToolFailed, $"iptables-save failed: {output.Stderr.Trim().ReplaceLineEndings(" ")}");
        var (chains, rules) = PacketFilter.Parse(output.Stdout);
        return new FilterState(chains, rules);
    }

    private static bool Holds(FilterRule rule, string word) =>
        rule.Chain.Contains(word, StringComparison.Ordinal) || rule.Text.Contains(word, StringComparison.Ordinal);

    private static string[] Place(NamespaceName? inside) => inside is { } name ? ["-n", name.ToString()] : [];

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

    private sealed record FilterState(IReadOnlyList<FilterChain> Chains, IReadOnlyList<FilterRule> Rules);
}
