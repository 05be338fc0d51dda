using System.Collections.Concurrent;
using System.Net;
using Steth.Contracts;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;

namespace Steth.Controller.Tests.Agents;

/// <summary>Agents that answer as a test says. What no answer was given for is refused as an old agent would.</summary>
internal sealed class FakeAgents : IAgentClient
{
    private readonly ConcurrentDictionary<(string Node, string Operation), Func<object, Action<object>, CancellationToken, Task<object>>> _answers = new();

    /// <summary><c>comp1 vlan.add</c>, in order.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>The parameters of every call, in order.</summary>
    public ConcurrentQueue<(string Node, object Parameters)> Asked { get; } = new();

    public AgentCalls WithTimeout(TimeSpan? timeout = null, TimeProvider? time = null) =>
        new(this, timeout ?? TimeSpan.FromSeconds(5), time ?? TimeProvider.System);

    public static Node Node(string name, params NodeNetwork[] networks) => new()
    {
        Name = name,
        AgentEndpoint = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 9698),
        Networks = networks,
    };

    public void On<TParams, TResult>(Node node, Operation<TParams, TResult> operation, Func<TParams, TResult> answer)
        where TParams : notnull
        where TResult : notnull =>
        _answers[(node.Name, operation.Name)] = (parameters, _, _) => Task.FromResult<object>(answer((TParams)parameters));

    public void OnStream<TParams, TResult, TEvent>(
        Node node, Operation<TParams, TResult, TEvent> operation, Func<TParams, Action<TEvent>, CancellationToken, Task<TResult>> answer)
        where TParams : notnull
        where TResult : notnull
        where TEvent : notnull =>
        _answers[(node.Name, operation.Name)] = async (parameters, onEvent, ct) => await answer((TParams)parameters, e => onEvent(e), ct);

    public void Refuse(Node node, Operation operation, OperationErrorCode code, string message) =>
        _answers[(node.Name, operation.Name)] = (_, _, _) => throw new AgentException(node.Name, code, message);

    public void Kill(Node node)
    {
        foreach (var operation in AgentOperations.All)
        {
            _answers[(node.Name, operation.Name)] = (_, _, _) =>
                throw new AgentException(node.Name, $"No agent listens on {node.AgentEndpoint}: is steth-agent running there?", null);
        }
    }

    public async Task<TResult> CallAsync<TParams, TResult>(
        Node node, Operation<TParams, TResult> operation, TParams parameters, TimeSpan deadline, CancellationToken cancellationToken)
        where TParams : notnull
        where TResult : notnull =>
        (TResult)await AnswerAsync(node, operation, parameters, _ => { }, cancellationToken);

    public async Task<TResult> StreamAsync<TParams, TResult, TEvent>(
        Node node,
        Operation<TParams, TResult, TEvent> operation,
        TParams parameters,
        Action<TEvent> onEvent,
        TimeSpan deadline,
        CancellationToken cancellationToken)
        where TParams : notnull
        where TResult : notnull
        where TEvent : notnull =>
        (TResult)await AnswerAsync(node, operation, parameters, e => onEvent((TEvent)e), cancellationToken);

    private async Task<object> AnswerAsync(Node node, Operation operation, object parameters, Action<object> onEvent, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"{node.Name} {operation.Name}");
        Asked.Enqueue((node.Name, parameters));
        await Task.Yield();
        return _answers.TryGetValue((node.Name, operation.Name), out var answer)
            ? await answer(parameters, onEvent, cancellationToken)
            : throw new AgentException(node.Name, OperationErrorCode.MethodNotFound, $"{node.Name} does not know {operation.Name}.");
    }
}
