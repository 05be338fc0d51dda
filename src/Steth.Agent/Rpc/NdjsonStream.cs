using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace Steth.Agent.Rpc;

/// <summary>
/// An answer as JSON lines: <c>{"jsonrpc":"2.0","method":"event","params":…}</c> for each event, a <c>heartbeat</c> line after
/// each second of silence, the response last. Between the operation and the socket stands a short queue, so a slow reader slows
/// the operation down instead of filling memory.
/// </summary>
internal static class NdjsonStream
{
    /// <summary>What a caller accepts who wants this.</summary>
    public const string MediaType = "application/x-ndjson";

    private static readonly byte[] HeartbeatLine = "{\"jsonrpc\":\"2.0\",\"method\":\"heartbeat\"}\n"u8.ToArray();

    private static readonly byte[] LineEnd = [(byte)'\n'];

    /// <summary>Runs a call and writes what it tells. Ends when the call has ended, also when the client left before.</summary>
    /// <param name="response">Gets the lines.</param>
    /// <param name="run">The call; it is given where its events go, and answers null when the client is gone.</param>
    /// <param name="respond">The response object to an outcome.</param>
    /// <param name="time">Counts the silence.</param>
    /// <param name="gone">The client went away.</param>
    public static async Task RunAsync(
        HttpResponse response,
        Func<EventSink<ReadOnlyMemory<byte>>, Task<RpcOutcome?>> run,
        Func<RpcOutcome, ReadOnlyMemory<byte>> respond,
        TimeProvider time,
        CancellationToken gone)
    {
        response.ContentType = MediaType;
        var lines = Channel.CreateBounded<ReadOnlyMemory<byte>>(
            new BoundedChannelOptions(RpcLimits.EventsInFlight) { SingleReader = true });
        using var large = new SemaphoreSlim(RpcLimits.LargeEventsInFlight);
        var calling = CallAsync(lines.Writer, large, run, respond, gone);
        try
        {
            await response.StartAsync(gone);
            await WriteLinesAsync(response, lines.Reader, large, time, gone);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client left, or its socket takes no more; aborting the connection cancels the call's token.
            response.HttpContext.Abort();
        }
        await calling;
    }

    private static async Task CallAsync(
        ChannelWriter<ReadOnlyMemory<byte>> lines,
        SemaphoreSlim large,
        Func<EventSink<ReadOnlyMemory<byte>>, Task<RpcOutcome?>> run,
        Func<RpcOutcome, ReadOnlyMemory<byte>> respond,
        CancellationToken gone)
    {
        try
        {
            var outcome = await run((json, token) => SendAsync(lines, large, EventLine(json), gone, token));
            if (outcome is not null)
                await lines.WriteAsync(respond(outcome), gone);
        }
        catch (OperationCanceledException)
        {
            // The client left between the last event and the response.
        }
        finally
        {
            lines.TryComplete();
        }
    }

    private static async ValueTask SendAsync(
        ChannelWriter<ReadOnlyMemory<byte>> lines,
        SemaphoreSlim large,
        ReadOnlyMemory<byte> line,
        CancellationToken gone,
        CancellationToken cancellationToken)
    {
        // An operation's token ends with the client too. It is not linked with gone: then the write could be cancelled before the
        // operation's own token is, and the call would count as failed rather than as cancelled.
        var ends = cancellationToken.CanBeCanceled ? cancellationToken : gone;
        if (line.Length > RpcLimits.LargeEventBytes)
            await large.WaitAsync(ends);
        if (!lines.TryWrite(line))
            await lines.WriteAsync(line, ends);
    }

    private static async Task WriteLinesAsync(
        HttpResponse response, ChannelReader<ReadOnlyMemory<byte>> lines, SemaphoreSlim large, TimeProvider time, CancellationToken gone)
    {
        var output = response.Body;
        await output.FlushAsync(gone);
        while (true)
        {
            var more = lines.WaitToReadAsync(gone).AsTask();
            while (!await EndsWithinAsync(more, RpcLimits.Heartbeat, time, gone))
            {
                await output.WriteAsync(HeartbeatLine, gone);
                await output.FlushAsync(gone);
            }
            if (!await more)
                return;
            while (lines.TryRead(out var line))
            {
                await output.WriteAsync(line, gone);
                await output.WriteAsync(LineEnd, gone);
                Release(large, line.Length);
            }
            await output.FlushAsync(gone);
        }
    }

    private static void Release(SemaphoreSlim large, int length)
    {
        if (length > RpcLimits.LargeEventBytes)
            large.Release();
    }

    private static async Task<bool> EndsWithinAsync(Task task, TimeSpan length, TimeProvider time, CancellationToken gone)
    {
        if (task.IsCompleted)
            return true;
        try
        {
            await task.WaitAsync(length, time, gone);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static ReadOnlyMemory<byte> EventLine(ReadOnlyMemory<byte> json) => RpcJson.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("jsonrpc", "2.0");
        writer.WriteString("method", "event");
        writer.WritePropertyName("params");
        writer.WriteRawValue(json.Span, skipInputValidation: true);
        writer.WriteEndObject();
    });
}
