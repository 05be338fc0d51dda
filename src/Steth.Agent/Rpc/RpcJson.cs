using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Steth.Agent.Rpc;

/// <summary>How JSON goes out: on one line, and with <c>&gt;</c>, quotes and letters as they are, for this is not HTML.</summary>
public static class RpcJson
{
    /// <summary>Options of every writer.</summary>
    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A value as UTF-8 JSON.</summary>
    public static ReadOnlyMemory<byte> Serialize<T>(T value, JsonTypeInfo<T> type) =>
        Write(writer => JsonSerializer.Serialize(writer, value, type));

    /// <summary>What a function writes, as UTF-8 JSON.</summary>
    public static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
            write(writer);
        return buffer.WrittenMemory;
    }
}
