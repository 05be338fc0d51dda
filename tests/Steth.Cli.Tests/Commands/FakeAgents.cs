using Steth.Contracts;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;

namespace Steth.Cli.Tests.Commands;

/// <summary>Agents that answer what a test tells them to. A node or an operation nobody told them about is silent.</summary>
internal sealed class FakeAgents : IAgentClient
{
    private readonly Dictionary<(string Node, string Operation), Func<object, Action<object>, CancellationToken, Task<object>>> _answers = [];

    /// <summary>Every call in order: node, operation and the parameters as JSON.</summary>
    public List<string> Calls { get; } = [];

    public FakeAgents Answer<TParams, TResult>(string node, Operation<TParams, TResult> operation, TResult result)
        where TParams : notnull
        where TResult : notnull
    {
        _answers[(node, operation.Name)] = (_, _, _) => Task.FromResult<object>(result);
        return this;
    }

    public FakeAgents Answer<TParams, TResult>(string node, Operation<TParams, TResult> operation, Func<TParams, TResult> answer)
        where TParams : notnull
        where TResult : notnull
    {
        _answers[(node, operation.Name)] = (parameters, _, _) => Task.FromResult<object>(answer((TParams)parameters));
        return this;
    }

    public FakeAgents Stream<TParams, TResult, TEvent>(
        string node, Operation<TParams, TResult, TEvent> operation, Func<Action<TEvent>, CancellationToken, Task<TResult>> answer)
        where TParams : notnull
        where TResult : notnull
        where TEvent : notnull
    {
        _answers[(node, operation.Name)] = async (_, emit, cancellationToken) => await answer(streamed => emit(streamed), cancellationToken);
        return this;
    }

    public FakeAgents Refuse(string node, Operation operation, OperationErrorCode code, string message)
    {
        _answers[(node, operation.Name)] = (_, _, _) => throw new AgentException(node, code, message);
        return this;
    }

    public Task<TResult> CallAsync<TParams, TResult>(
        Node node, Operation<TParams, TResult> operation, TParams parameters, TimeSpan deadline, CancellationToken cancellationToken)
        where TParams : notnull
        where TResult : notnull => AskAsync<TResult>(node, operation, parameters, Json(operation, parameters), _ => { }, cancellationToken);

    public Task<TResult> StreamAsync<TParams, TResult, TEvent>(
        Node node,
        Operation<TParams, TResult, TEvent> operation,
        TParams parameters,
        Action<TEvent> onEvent,
        TimeSpan deadline,
        CancellationToken cancellationToken)
        where TParams : notnull
        where TResult : notnull
        where TEvent : notnull =>
        AskAsync<TResult>(node, operation, parameters, Json(operation, parameters), streamed => onEvent((TEvent)streamed), cancellationToken);

    private static string Json<TParams, TResult>(Operation<TParams, TResult> operation, TParams parameters)
        where TParams : notnull
        where TResult : notnull => System.Text.Json.JsonSerializer.Serialize(parameters, operation.ParamsType);

    private async Task<TResult> AskAsync<TResult>(
        Node node, Operation operation, object parameters, string json, Action<object> emit, CancellationToken cancellationToken)
    {
        lock (Calls)
            Calls.Add($"{node.Name} {operation.Name} {json}");
        return _answers.TryGetValue((node.Name, operation.Name), out var answer)
            ? (TResult)await answer(parameters, emit, cancellationToken)
            : throw new AgentException(node.Name, $"No agent listens on {node.AgentEndpoint}.", null);
    }
}
