using Steth.Controller.Agents;
using Steth.Controller.Inventory;

namespace Steth.Controller.Collection;

/// <summary>Finds a port and its network's DHCP servers by what the agents' Open vSwitches know.</summary>
public sealed class PortLocator(AgentCalls calls)
{
    /// <summary>A shorter beginning of a port's id is not taken for it.</summary>
    public const int MinPrefix = 8;

    /// <summary>Looks for a port on all nodes at once.</summary>
    /// <param name="nodes">Where to look.</param>
    /// <param name="port">The port's id, or an unambiguous beginning of at least <see cref="MinPrefix"/> characters.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<PortLocation> LocateAsync(IReadOnlyList<Node> nodes, string port, CancellationToken cancellationToken)
    {
        var survey = await new PortSurvey(calls).RunAsync(nodes, cancellationToken);
        return Locate(survey, port);
    }

    /// <summary>Looks for a port in what is known already.</summary>
    public static PortLocation Locate(PortSurveyResult survey, string port)
    {
        ArgumentNullException.ThrowIfNull(survey);
        var text = port.ToLowerInvariant();
        PortFacts[] found =
            [.. survey.Ports.Where(p => text.Length >= MinPrefix && p.PortId.ToString().StartsWith(text, StringComparison.Ordinal))];
        Guid[] ids = [.. found.Select(p => p.PortId).Distinct()];
        var problem = ids.Length switch
        {
            _ when !IsPortId(port) => $"'{port}' is not a port id; expected a UUID, or at least its first {MinPrefix} characters.",
            0 => NotFound(port, survey),
            > 1 => $"'{port}' could be {string.Join(" or ", ids)}; give more of it.",
            _ => null,
        };
        var network = problem is null ? found.Select(p => p.NetworkId).FirstOrDefault(n => n is not null) : null;
        return new PortLocation
        {
            Hosts = problem is null ? found : [],
            DhcpServers = network is null ? [] : [.. survey.Ports.Where(p => p.Role == PortRole.Dhcp && p.NetworkId == network)],
            Unreachable = survey.Unreachable,
            Problem = problem,
        };
    }

    /// <summary>Whether a text can be a port's id or a beginning of one that is long enough.</summary>
    public static bool IsPortId(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        const string Pattern = "00000000-0000-0000-0000-000000000000";
        return text.Length is >= MinPrefix and <= 36
            && text.Select((c, i) => Pattern[i] == '-' ? c == '-' : char.IsAsciiHexDigit(c)).All(fits => fits);
    }

    private static string NotFound(string port, PortSurveyResult survey) =>
        survey.Unreachable.Count == 0
            ? $"No agent knows the port {port}: no OVS interface has it as "
                + "external_ids:iface-id. Is it bound, and is its host configured here?"
            : $"No agent that answers knows the port {port}; it may be on "
                + $"{string.Join(" or ", survey.Unreachable.Select(u => u.Host))}, which did not answer.";
}

/// <summary>Where a port is.</summary>
public sealed record PortLocation
{
    /// <summary>The port on each host that has it: one, or two during a migration. Empty when <see cref="Problem"/> says why.</summary>
    public required IReadOnlyList<PortFacts> Hosts { get; init; }

    /// <summary>DHCP ports of the same network.</summary>
    public required IReadOnlyList<PortFacts> DhcpServers { get; init; }

    /// <summary>Nodes that did not answer: the port or a DHCP server may be there.</summary>
    public required IReadOnlyList<Unreachable> Unreachable { get; init; }

    /// <summary>Why it was not found; null when it was.</summary>
    public string? Problem { get; init; }
}
