using System.Text.Json;
using Steth.Agent.Audit;
using Steth.Agent.Rpc;
using Steth.Contracts;

namespace Steth.Agent.Compat;

/// <summary>Carries an original method out.</summary>
public delegate Task<CompatAnswer> CompatHandler(CompatParams parameters, CallContext call, CancellationToken cancellationToken);

/// <summary>
/// An original method: parameters by position or by name, the answer in its envelope. What the operation behind it could not do
/// is an answer with code 1; only parameters that are not what the method takes are a JSON-RPC error.
/// </summary>
public sealed class CompatMethod : RpcMethod
{
    private static readonly HashSet<string> Targets =
        ["interface", "ip", "ips", "bridge", "host", "port_id", "net_id", "port_ip", "phy_iface", "cidr"];

    private readonly IReadOnlyList<string> _parameterNames;
    private readonly CompatHandler _handler;

    /// <summary>Declares a method.</summary>
    /// <param name="name">As it always was.</param>
    /// <param name="parameterNames">In the order of the positional form.</param>
    /// <param name="role">What the operations it calls need.</param>
    /// <param name="handler">Carries it out.</param>
    public CompatMethod(string name, IReadOnlyList<string> parameterNames, Role role, CompatHandler handler)
        : base(name, role)
    {
        _parameterNames = parameterNames;
        _handler = handler;
    }

    internal override AuditedParams Audited(JsonElement parameters) => AuditedParams.Of(parameters, _parameterNames, Targets);

    /// <inheritdoc/>
    public override async Task<ReadOnlyMemory<byte>> CallAsync(
        JsonElement parameters, EventSink<ReadOnlyMemory<byte>>? events, CallContext call, CancellationToken cancellationToken)
    {
        var answer = await AnswerAsync(CompatParams.Bind(Name, _parameterNames, parameters), call, cancellationToken);
        return RpcJson.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("code", answer.Code);
            writer.WriteString("message", WireText.Of(answer.Message));
            writer.WritePropertyName("data");
            answer.Data.WriteTo(writer);
            writer.WriteEndObject();
        });
    }

    private async Task<CompatAnswer> AnswerAsync(CompatParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        try
        {
            return await _handler(parameters, call, cancellationToken);
        }
        catch (OperationException e) when (e.Code is not (OperationErrorCode.InvalidParams or OperationErrorCode.InternalError))
        {
            call.AnsweredFailure = e;
            return CompatAnswer.Failed(e.Message);
        }
    }
}
