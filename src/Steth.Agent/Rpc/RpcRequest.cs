using System.Text.Json;
using Steth.Contracts;

namespace Steth.Agent.Rpc;

/// <summary>One request object, of JSON-RPC 2.0 or, without a <c>jsonrpc</c> member, of 1.0.</summary>
public sealed record RpcRequest
{
    /// <summary>As sent: a string, a number or null; undefined when absent or not one of these.</summary>
    public JsonElement Id { get; private init; }

    /// <summary>Asked in the 1.0 form, answered in it.</summary>
    public bool IsVersion1 { get; private init; }

    /// <summary>Empty when the request is not valid.</summary>
    public string Method { get; private init; } = "";

    /// <summary>An object, an array, or undefined.</summary>
    public JsonElement Params { get; private init; }

    /// <summary>Why this is not a request; null when it is one.</summary>
    public RpcError? Fault { get; private init; }

    /// <summary>Wants no answer: without an id (2.0), or with a null one (1.0, which must send an id).</summary>
    public bool IsNotification =>
        Fault is null && (Id.ValueKind == JsonValueKind.Undefined || (IsVersion1 && Id.ValueKind == JsonValueKind.Null));

    /// <summary>Reads a request object; what is wrong with it is in <see cref="Fault"/>.</summary>
    public static RpcRequest Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return Invalid("a request is a JSON object");
        var id = json.TryGetProperty("id", out var idGiven) ? idGiven : default;
        var version = json.TryGetProperty("jsonrpc", out var versionGiven) ? versionGiven : default;
        var method = json.TryGetProperty("method", out var methodGiven) ? Text(methodGiven) : null;
        var parameters =
            json.TryGetProperty("params", out var paramsGiven) && paramsGiven.ValueKind != JsonValueKind.Null ? paramsGiven : default;

        if (id.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.String or JsonValueKind.Number))
            return Invalid("id must be a string, a number or null");
        var isVersion1 = version.ValueKind == JsonValueKind.Undefined || Text(version) == "1.0";
        if (!isVersion1 && Text(version) != "2.0")
            return Invalid("jsonrpc must be \"2.0\", or be left out for a 1.0 request") with { Id = id };
        if (method is null)
            return Invalid("method must be a string") with { Id = id };
        if (parameters.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Array or JsonValueKind.Object))
            return Invalid("params must be an array or an object") with { Id = id, IsVersion1 = isVersion1 };
        return new RpcRequest { Id = id, IsVersion1 = isVersion1, Method = method, Params = parameters };
    }

    /// <summary>Stands for what could not be read as a request.</summary>
    public static RpcRequest Unreadable(RpcError fault) => new() { Fault = fault };

    private static RpcRequest Invalid(string why) =>
        Unreadable(new RpcError(OperationErrorCode.InvalidRequest, $"Not a JSON-RPC request: {why}."));

    private static string? Text(JsonElement json) => json.ValueKind == JsonValueKind.String ? json.GetString() : null;
}
