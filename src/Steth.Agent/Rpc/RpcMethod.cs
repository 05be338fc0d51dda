using System.Text.Json;
using Steth.Agent.Audit;
using Steth.Contracts;

namespace Steth.Agent.Rpc;

/// <summary>Something that can be called by a name on the wire.</summary>
public abstract class RpcMethod
{
    /// <summary>Names the method.</summary>
    protected RpcMethod(string name, Role role)
    {
        Name = name;
        Role = role;
    }

    /// <summary>As in the request's <c>method</c>.</summary>
    public string Name { get; }

    /// <summary>What every caller of it must be allowed to.</summary>
    public Role Role { get; }

    /// <summary>What the audit keeps of a call's parameters; whatever they are, this does not throw.</summary>
    internal abstract AuditedParams Audited(JsonElement parameters);

    /// <summary>Carries a call out, whose caller has <see cref="Role"/>.</summary>
    /// <param name="parameters">The request's <c>params</c>: an object, an array, or undefined when it had none.</param>
    /// <param name="events">Takes events as UTF-8 JSON; null when the caller does not stream.</param>
    /// <param name="call">Who calls.</param>
    /// <param name="cancellationToken">Ends with the caller.</param>
    /// <returns>The result as UTF-8 JSON.</returns>
    /// <exception cref="OperationException">Every failure that was foreseen.</exception>
    public abstract Task<ReadOnlyMemory<byte>> CallAsync(
        JsonElement parameters, EventSink<ReadOnlyMemory<byte>>? events, CallContext call, CancellationToken cancellationToken);
}
