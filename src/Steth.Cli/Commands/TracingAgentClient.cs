using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Steth.Cli.Rendering;
using Steth.Contracts;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;

namespace Steth.Cli.Commands;

/// <summary>Says each call and its outcome (<c>-v</c>), and what went over the wire (<c>-vv</c>, <c>--debug</c>).</summary>
public sealed class TracingAgentClient(IAgentClient inner, Diagnostics diagnostics, TimeProvider time) : IAgentClient, IDisposable
{
    /// <inheritdoc/>
    public Task<TResult> CallAsync<TParams, TResult>(
        Node node, Operation<TParams, TResult> operation, TParams parameters, TimeSpan deadline, CancellationToken cancellationToken)
        where TParams : notnull
        where TResult : notnull =>
        TraceAsync(node, operation, parameters, () => inner.CallAsync(node, operation, parameters, deadline, cancellationToken));

    /// <inheritdoc/>
    public Task<TResult> StreamAsync<TParams, TResult, TEvent>(
        Node node,
        Operation<TParams, TResult, TEvent> operation,
        TParams parameters,
        Action<TEvent> onEvent,
        TimeSpan deadline,
        CancellationToken cancellationToken)
        where TParams : notnull
        where TResult : notnull
        where TEvent : notnull
    {
        return TraceAsync(
            node, operation, parameters, () => inner.StreamAsync(node, operation, parameters, Traced, deadline, cancellationToken));

        void Traced(TEvent streamed)
        {
            Wire(node, operation, "~", streamed, operation.EventType);
            onEvent(streamed);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => (inner as IDisposable)?.Dispose();

    private async Task<TResult> TraceAsync<TParams, TResult>(
        Node node, Operation<TParams, TResult> operation, TParams parameters, Func<Task<TResult>> call)
        where TParams : notnull
        where TResult : notnull
    {
        Wire(node, operation, ">", parameters, operation.ParamsType);
        var start = time.GetTimestamp();
        try
        {
            var result = await call();
            Wire(node, operation, "<", result, operation.ResultType);
            Outcome("ok");
            return result;
        }
        catch (AgentException e)
        {
            Outcome(e.Message);
            throw;
        }

        void Outcome(string outcome) => diagnostics.Call(string.Create(
            CultureInfo.InvariantCulture, $"{node.Name} {operation.Name} "
                + $"{time.GetElapsedTime(start).TotalMilliseconds:0.0} ms: {outcome}"));
    }

    private void Wire<T>(Node node, Operation operation, string direction, T value, JsonTypeInfo<T> type)
    {
        if (diagnostics.TracesWire)
            diagnostics.Wire($"{direction} {node.Name} {operation.Name} {JsonSerializer.Serialize(value, type)}");
    }
}
