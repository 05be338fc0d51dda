using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Steth.Contracts;
using Steth.Controller.Inventory;

namespace Steth.Controller.Agents;

/// <summary>One JSON-RPC 2.0 object from an agent: the response, or a notification of a stream.</summary>
internal readonly struct JsonRpcAnswer
{
    private readonly JsonElement _root;

    private JsonRpcAnswer(JsonElement root) => _root = root;

    /// <summary>An event or a heartbeat; more lines follow.</summary>
    public bool IsNotification => _root.TryGetProperty("method", out _);

    /// <summary>Reads one object.</summary>
    /// <exception cref="AgentException">It is not one.</exception>
    public static JsonRpcAnswer Parse(Node node, Operation operation, ReadOnlyMemory<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            // Half of a surrogate pair is JSON, but no text: reading it throws, which must not happen later.
            if (text.Span.IndexOf("\\ud"u8) >= 0 || text.Span.IndexOf("\\uD"u8) >= 0)
                ReadTexts(root);
            if (root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("jsonrpc", out var version) && version.ValueKind == JsonValueKind.String
                    && version.ValueEquals("2.0")
                && (root.TryGetProperty("method", out var method) ? method.ValueKind == JsonValueKind.String
                    : root.TryGetProperty("result", out _) || root.TryGetProperty("error", out _)))
                return new JsonRpcAnswer(root.Clone());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw WireFailure.NotAnAgent(node, $"its answer to {operation.Name} is not JSON", e);
        }
        throw WireFailure.NotAnAgent(node, $"its answer to {operation.Name} is not JSON-RPC 2.0", null);
    }

    /// <summary>The result.</summary>
    /// <exception cref="AgentException">The agent answered with an error, or in another version's shape.</exception>
    public TResult Result<TParams, TResult>(Node node, Operation<TParams, TResult> operation)
        where TParams : notnull
        where TResult : notnull
    {
        if (_root.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null)
            throw Error(node, operation, error);
        return _root.TryGetProperty("result", out var result)
            ? Read(node, operation, result, operation.ResultType)
            : throw OtherShape(node, operation, null);
    }

    /// <summary>The event of a notification; false for a heartbeat and for notifications of later versions.</summary>
    /// <exception cref="AgentException">The event has another version's shape.</exception>
    public bool TryGetEvent<TEvent>(Node node, Operation operation, JsonTypeInfo<TEvent> type, [NotNullWhen(true)] out TEvent? happening)
        where TEvent : notnull
    {
        happening = default;
        if (!_root.GetProperty("method").ValueEquals("event") || !_root.TryGetProperty("params", out var parameters))
            return false;
        happening = Read(node, operation, parameters, type);
        return true;
    }

    private static void ReadTexts(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.String)
            _ = json.GetString();
        else if (json.ValueKind == JsonValueKind.Array)
        {
            foreach (var element in json.EnumerateArray())
                ReadTexts(element);
        }
        else if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in json.EnumerateObject())
            {
                _ = member.Name;
                ReadTexts(member.Value);
            }
        }
    }

    private static T Read<T>(Node node, Operation operation, JsonElement element, JsonTypeInfo<T> type)
        where T : notnull
    {
        try
        {
            return element.Deserialize(type) ?? throw OtherShape(node, operation, null);
        }
        catch (JsonException e)
        {
            throw OtherShape(node, operation, e);
        }
    }

    private static AgentException Error(Node node, Operation operation, JsonElement error)
    {
        var code = error.ValueKind == JsonValueKind.Object && error.TryGetProperty("code", out var number)
            && number.ValueKind == JsonValueKind.Number
            && number.TryGetInt32(out var value)
            ? (OperationErrorCode)value
            : OperationErrorCode.InternalError;
        var message = error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out var text)
            && text.ValueKind == JsonValueKind.String
            ? text.GetString()!
            : "The agent answered with an error and no words.";
        if (code == OperationErrorCode.MethodNotFound)
            message = $"The agent on {node.AgentEndpoint} does not know {operation.Name}: "
                + "it is another version than this steth; update the older of the two.";
        return new AgentException(node.Name, Enum.IsDefined(code) ? code : OperationErrorCode.InternalError, message);
    }

    private static AgentException OtherShape(Node node, Operation operation, JsonException? cause) => new(
        node.Name,
        OperationErrorCode.InternalError,
        $"The agent on {node.AgentEndpoint} answers {operation.Name} in another shape than "
        + "expected: it is another version than this steth; update the older of the two.",
        cause);
}
