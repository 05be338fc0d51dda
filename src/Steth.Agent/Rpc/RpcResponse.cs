using System.Runtime.InteropServices;
using System.Text.Json;

namespace Steth.Agent.Rpc;

/// <summary>Writes responses in the form of the request.</summary>
internal static class RpcResponse
{
    /// <summary>Writes the response object to a request.</summary>
    public static void Write(Utf8JsonWriter writer, RpcRequest request, RpcOutcome outcome)
    {
        writer.WriteStartObject();
        if (!request.IsVersion1)
            writer.WriteString("jsonrpc", "2.0");
        if (outcome.Error is { } error)
        {
            if (request.IsVersion1)
                writer.WriteNull("result");
            WriteError(writer, error);
        }
        else
        {
            writer.WritePropertyName("result");
            writer.WriteRawValue(outcome.Result.Span, skipInputValidation: true);
            if (request.IsVersion1)
                writer.WriteNull("error");
        }
        WriteId(writer, request.Id);
        writer.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter writer, RpcError error)
    {
        writer.WriteStartObject("error");
        writer.WriteNumber("code", (int)error.Code);
        writer.WriteString("message", WireText.Of(error.Message));
        if (error.CorrelationId is not null)
        {
            writer.WriteStartObject("data");
            writer.WriteString("correlation_id", error.CorrelationId);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static void WriteId(Utf8JsonWriter writer, JsonElement id)
    {
        writer.WritePropertyName("id");
        if (id.ValueKind == JsonValueKind.Undefined)
            writer.WriteNullValue();
        else
            writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(id), skipInputValidation: true);
    }
}
