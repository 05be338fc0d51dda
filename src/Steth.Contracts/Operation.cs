using System.Text.Json.Serialization.Metadata;

namespace Steth.Contracts;

/// <summary>
/// A named request an agent answers. The typed forms below carry how its parameters and result are written as JSON.
/// A parameter with a default is declared <c>get; set;</c>: the JSON source generator overwrites the initialiser of an
/// init-only member that is absent.
/// </summary>
public abstract class Operation
{
    private protected Operation(string name, string summary, Role role)
    {
        Name = name;
        Summary = summary;
        Role = role;
    }

    /// <summary>The JSON-RPC method, <c>area.verb</c>.</summary>
    public string Name { get; }

    /// <summary>One line for the reference page.</summary>
    public string Summary { get; }

    /// <summary>What the caller must be allowed to; some parameters may ask for more, see <see cref="MoreWhen"/>.</summary>
    public Role Role { get; }

    /// <summary>For the reference page: when a call needs a higher role than <see cref="Role"/>, and which; null: never.</summary>
    public string? MoreWhen { get; init; }

    /// <summary>Shape of the parameters, for the reference page.</summary>
    public abstract JsonTypeInfo ParamsInfo { get; }

    /// <summary>Shape of the result, for the reference page.</summary>
    public abstract JsonTypeInfo ResultInfo { get; }

    /// <summary>Shape of one streamed event; null when the operation streams none.</summary>
    public virtual JsonTypeInfo? EventInfo => null;
}

/// <summary>An operation with one result.</summary>
public class Operation<TParams, TResult> : Operation
    where TParams : notnull
    where TResult : notnull
{
    /// <summary>Declares the operation.</summary>
    public Operation(string name, string summary, Role role, JsonTypeInfo<TParams> paramsType, JsonTypeInfo<TResult> resultType)
        : base(name, summary, role)
    {
        ParamsType = paramsType;
        ResultType = resultType;
    }

    /// <summary>The role that given parameters need; null: <see cref="Operation.Role"/>, whatever they are.</summary>
    public Func<TParams, Role>? RoleOf { get; init; }

    /// <summary>How parameters are read and written.</summary>
    public JsonTypeInfo<TParams> ParamsType { get; }

    /// <summary>How the result is read and written.</summary>
    public JsonTypeInfo<TResult> ResultType { get; }

    /// <inheritdoc/>
    public override JsonTypeInfo ParamsInfo => ParamsType;

    /// <inheritdoc/>
    public override JsonTypeInfo ResultInfo => ResultType;
}

/// <summary>An operation that also reports events while it runs, when the caller asks for <c>application/x-ndjson</c>.</summary>
public sealed class Operation<TParams, TResult, TEvent> : Operation<TParams, TResult>
    where TParams : notnull
    where TResult : notnull
    where TEvent : notnull
{
    /// <summary>Declares the operation.</summary>
    public Operation(
        string name,
        string summary,
        Role role,
        JsonTypeInfo<TParams> paramsType,
        JsonTypeInfo<TResult> resultType,
        JsonTypeInfo<TEvent> eventType)
        : base(name, summary, role, paramsType, resultType) => EventType = eventType;

    /// <summary>How one event is read and written.</summary>
    public JsonTypeInfo<TEvent> EventType { get; }

    /// <inheritdoc/>
    public override JsonTypeInfo EventInfo => EventType;
}
