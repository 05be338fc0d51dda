using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;

namespace Steth.Controller.Collection;

/// <summary>Reads the audits of many agents and puts them together by time (<c>steth audit</c>).</summary>
public sealed class AuditSurvey(AgentCalls calls)
{
    /// <summary>What an agent may take to read its files.</summary>
    private static readonly TimeSpan Reading = TimeSpan.FromSeconds(10);

    /// <summary>Asks all nodes at once; one that does not answer costs its own entries only.</summary>
    /// <param name="nodes">Whom.</param>
    /// <param name="wanted">Which entries; the limit is that of each agent and of the whole.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<AuditSurveyResult> RunAsync(IReadOnlyList<Node> nodes, AuditReadParams wanted, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var answers = await FanOut.RunAsync(
            nodes, (node, token) => ReadAsync(node, wanted, token), calls.Timeout + Reading, calls.Time, cancellationToken);
        AuditRow[] rows =
        [
            .. answers.Where(a => a.Result is not null).SelectMany(a => a.Result!.Entries.Select(entry => new AuditRow(a.Node.Name, entry)))
                .OrderBy(row => row.Entry.At).ThenBy(row => row.Node, StringComparer.Ordinal),
        ];
        var matched = answers.Sum(a => (long)(a.Result?.Result.Matched ?? 0));
        return new AuditSurveyResult
        {
            Rows = rows.Length > wanted.Limit ? rows[^wanted.Limit..] : rows,
            Matched = matched,
            Problems = [.. answers.Select(Problem).OfType<Unreachable>()],
            Unreachable = [.. answers.Where(a => a.Failure is not null).Select(a => new Unreachable(a.Node.Name, a.Failure!.Message))],
        };
    }

    private async Task<NodeAudit> ReadAsync(Node node, AuditReadParams wanted, CancellationToken cancellationToken)
    {
        var entries = new List<AuditEntry>();
        var result = await calls.StreamAsync(node, AgentOperations.AuditRead, wanted, Add, Reading, cancellationToken);
        return new NodeAudit(entries, result);

        void Add(AuditEntry entry)
        {
            if (entries.Count == wanted.Limit)
                throw new AgentException(node.Name, OperationErrorCode.InternalError,
                    FormattableString.Invariant($"The agent on {node.AgentEndpoint} sends more than the {wanted.Limit} entries that were ")
                    + "asked for: none of them is taken.");
            entries.Add(entry);
        }
    }

    private static Unreachable? Problem(Answer<NodeAudit> answer) => answer.Result?.Result switch
    {
        { Problem: { } problem } => new Unreachable(answer.Node.Name, problem),
        { Lost: > 0 and var lost } =>
            new Unreachable(
                answer.Node.Name, FormattableString.Invariant($"{lost} entries since the agent's start are lost: its disk was full.")),
        { Unreadable: > 0 and var unreadable } =>
            new Unreachable(answer.Node.Name, FormattableString.Invariant($"{unreadable} lines of its audit are not entries.")),
        _ => null,
    };

    private sealed record NodeAudit(IReadOnlyList<AuditEntry> Entries, AuditReadResult Result);
}

/// <summary>An entry and whose it is.</summary>
public sealed record AuditRow(string Node, AuditEntry Entry);

/// <summary>The audits of many agents.</summary>
public sealed record AuditSurveyResult
{
    /// <summary>The newest entries, oldest first.</summary>
    public required IReadOnlyList<AuditRow> Rows { get; init; }

    /// <summary>How many match in all.</summary>
    public required long Matched { get; init; }

    /// <summary>Agents that answered and have not all there was.</summary>
    public required IReadOnlyList<Unreachable> Problems { get; init; }

    /// <summary>Agents that did not answer.</summary>
    public required IReadOnlyList<Unreachable> Unreachable { get; init; }
}
