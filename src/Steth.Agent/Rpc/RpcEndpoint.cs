using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Steth.Agent.Audit;
using Steth.Agent.Limits;
using Steth.Contracts;

namespace Steth.Agent.Rpc;

/// <summary>
/// JSON-RPC over HTTP POST on any path. Answers are HTTP 200, errors too, but for 403 (from a web page), 405 (not POST), 413
/// (body too long) and what HTTP itself says of a body that is none; an answer to notifications alone is empty, for clients of the
/// original fail on a 204.
/// </summary>
public sealed class RpcEndpoint : IDisposable
{
    private const string JsonRpcType = "application/json-rpc";

    private static readonly JsonDocumentOptions ReadOptions = new() { MaxDepth = RpcLimits.Depth };

    private readonly Dispatcher _dispatcher;
    private readonly Callers _callers;
    private readonly CallAudit _audit;
    private readonly TimeProvider _time;
    private readonly CancellationToken _stopping;
    private readonly string _correlationPrefix = RandomNumberGenerator.GetHexString(6, lowercase: true);
    private readonly Quota _running = new(RpcLimits.CallsInFlight, RpcLimits.CallsOfOneCaller);
    private readonly Quota _bodies = new(RpcLimits.BodyBytesInAll, RpcLimits.BodyBytesOfOneCaller);
    private long _calls;

    /// <summary>Serves a dispatcher.</summary>
    /// <param name="dispatcher">Has the methods.</param>
    /// <param name="callers">Tells who calls.</param>
    /// <param name="audit">Gets a line a call.</param>
    /// <param name="time">Counts deadlines and heartbeats.</param>
    /// <param name="stopping">Cancels all calls.</param>
    public RpcEndpoint(Dispatcher dispatcher, Callers callers, AuditLog audit, TimeProvider time, CancellationToken stopping)
    {
        _dispatcher = dispatcher;
        _callers = callers;
        _audit = new CallAudit(audit, dispatcher, time, _correlationPrefix);
        _time = time;
        _stopping = stopping;
    }

    /// <inheritdoc/>
    public void Dispose() => _audit.Dispose();

    /// <summary>Answers one HTTP request.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        try
        {
            await ReadAndAnswerAsync(http);
        }
        catch (Exception e) when (http.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            // The client went away: there is nobody to answer.
        }
    }

    private async Task ReadAndAnswerAsync(HttpContext http)
    {
        // Browsers send Origin with every POST, other clients never: a page somebody looks at must not reach the agent by his browser.
        if (http.Request.Headers.ContainsKey(HeaderNames.Origin))
        {
            await WriteFaultAsync(http, null, StatusCodes.Status403Forbidden, OperationErrorCode.InvalidRequest,
                "Requests of web pages (header Origin) are refused; use a client that is no browser.");
            return;
        }
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            http.Response.Headers.Allow = HttpMethods.Post;
            await WriteFaultAsync(http, null, StatusCodes.Status405MethodNotAllowed, OperationErrorCode.InvalidRequest,
                "JSON-RPC is spoken here: send the request object by POST.");
            return;
        }
        // Before a byte of the body is read.
        var caller = _callers.Identify(http.Connection.ClientCertificate, out var refusal);
        if (caller is null)
        {
            http.Response.Headers.Connection = "close";
            await WriteFaultAsync(http, null, StatusCodes.Status200OK, OperationErrorCode.Forbidden, refusal!);
            return;
        }
        using var memory = CallMemory.Begin();
        using var body = new RequestBody(_bodies, HolderOf(caller, Plain(http.Connection.RemoteIpAddress)), memory);
        BodyFault fault;
        try
        {
            fault = await body.ReadAsync(http.Request, http.RequestAborted);
        }
        catch (BadHttpRequestException e) when (!http.RequestAborted.IsCancellationRequested)
        {
            http.Response.Headers.Connection = "close";
            await WriteFaultAsync(
                http, caller, e.StatusCode, OperationErrorCode.InvalidRequest, $"The body cannot be read: {e.Message}");
            return;
        }
        if (fault == BodyFault.None)
            await AnswerAsync(http, caller, body.Bytes);
        else if (fault == BodyFault.TooLong)
            await WriteFaultAsync(http, caller, StatusCodes.Status413PayloadTooLarge, OperationErrorCode.InvalidRequest,
                $"The body is longer than the {RpcLimits.BodyBytes} bytes taken here; send fewer or smaller requests.");
        else
            await WriteFaultAsync(http, caller, StatusCodes.Status200OK, OperationErrorCode.Busy,
                "Too many bytes of requests are held on this agent already; ask again later.");
    }

    private async Task AnswerAsync(HttpContext http, Caller caller, ReadOnlyMemory<byte> body)
    {
        if (CallBounds.ReadDeadline(Header(http.Request.Headers[CallBounds.DeadlineHeader])) is not { } time)
        {
            await WriteFaultAsync(http, caller, StatusCodes.Status200OK, OperationErrorCode.InvalidRequest,
                $"Header {CallBounds.DeadlineHeader}: expected whole milliseconds, at least 1.");
            return;
        }
        if (ParseFault(body, out var document) is { } fault)
        {
            document?.Dispose();
            await WriteFaultAsync(http, caller, StatusCodes.Status200OK, OperationErrorCode.ParseError, fault);
            return;
        }
        using (document)
        {
            var certificate = http.Connection.ClientCertificate;
            await using var bounds = new CallBounds(time, _time, () => Refusal(certificate), http.RequestAborted, _stopping);
            if (document!.RootElement.ValueKind == JsonValueKind.Array)
                await AnswerBatchAsync(http, caller, document.RootElement, bounds);
            else
                await AnswerSingleAsync(http, caller, RpcRequest.Read(document.RootElement), bounds);
        }
    }

    private async Task AnswerSingleAsync(HttpContext http, Caller caller, RpcRequest request, CallBounds bounds)
    {
        var call = Call(http, caller);
        if (!request.IsNotification && WantsStream(http.Request))
        {
            await NdjsonStream.RunAsync(
                http.Response,
                sink => RunAsync(request, sink, call, bounds),
                outcome => RpcJson.Write(writer => RpcResponse.Write(writer, request, outcome)),
                _time,
                http.RequestAborted);
            return;
        }
        var outcome = await RunAsync(request, null, call, bounds);
        if (outcome is null)
            return;
        await WriteAsync(
            http,
            StatusCodes.Status200OK,
            request.IsNotification ? default : RpcJson.Write(writer => RpcResponse.Write(writer, request, outcome)));
    }

    private async Task AnswerBatchAsync(HttpContext http, Caller caller, JsonElement batch, CallBounds bounds)
    {
        var length = batch.GetArrayLength();
        if (length is 0 or > RpcLimits.BatchLength)
        {
            await WriteFaultAsync(
                http,
                caller,
                StatusCodes.Status200OK,
                OperationErrorCode.InvalidRequest,
                $"A batch holds 1 to {RpcLimits.BatchLength} requests, not {length}.");
            return;
        }
        var requests = batch.EnumerateArray().Select(RpcRequest.Read).ToArray();
        var outcomes = new RpcOutcome?[length];
        await Parallel.ForAsync(
            0,
            length,
            new ParallelOptions { MaxDegreeOfParallelism = RpcLimits.BatchParallelism, CancellationToken = http.RequestAborted },
            async (i, _) => outcomes[i] = await RunAsync(requests[i], null, Call(http, caller), bounds));
        if (http.RequestAborted.IsCancellationRequested)
            return;
        await WriteAsync(
            http,
            StatusCodes.Status200OK,
            requests.All(r => r.IsNotification) ? default : RpcJson.Write(writer => WriteBatch(writer, requests, outcomes)));
    }

    private static void WriteBatch(Utf8JsonWriter writer, RpcRequest[] requests, RpcOutcome?[] outcomes)
    {
        writer.WriteStartArray();
        foreach (var (request, outcome) in requests.Zip(outcomes))
        {
            if (!request.IsNotification)
                RpcResponse.Write(writer, request, outcome!);
        }
        writer.WriteEndArray();
    }

    /// <returns>Null when the client is gone.</returns>
    private async Task<RpcOutcome?> RunAsync(
        RpcRequest request, EventSink<ReadOnlyMemory<byte>>? events, CallContext call, CallBounds bounds)
    {
        using var entry = _audit.Begin(request, call);
        return entry.Outcome = await RunBoundedAsync(request, events, call, bounds);
    }

    private async Task<RpcOutcome?> RunBoundedAsync(
        RpcRequest request, EventSink<ReadOnlyMemory<byte>>? events, CallContext call, CallBounds bounds)
    {
        var holder = HolderOf(call.Caller, call.RemoteAddress);
        var shortage = _running.Take(1, holder);
        if (shortage != Shortage.None)
            return RpcOutcome.Of(new RpcError(OperationErrorCode.Busy, shortage == Shortage.All
                ? $"{RpcLimits.CallsInFlight} calls run on this agent already, which is the most; ask again later."
                : $"{RpcLimits.CallsOfOneCaller} calls of this caller run on this agent already, which is the most for one; "
                    + "ask again when one has ended.", call.CorrelationId));
        try
        {
            // Once more: the body may have taken minutes to come, and the calls before it in a batch an hour.
            bounds.Look();
            bounds.Token.ThrowIfCancellationRequested();
            return await _dispatcher.ExecuteAsync(request, events, call, bounds.Token);
        }
        catch (OperationCanceledException)
        {
            return bounds.WhyCancelled(call.CorrelationId) is { } error ? RpcOutcome.Of(error) : null;
        }
        finally
        {
            _running.GiveBack(1, holder);
        }
    }

    private string? Refusal(X509Certificate2? certificate)
    {
        _callers.Identify(certificate, out var refusal);
        return refusal;
    }

    /// <summary>Whose share of the bounds a call takes: an operator's from wherever he asks, else the address's.</summary>
    private static string HolderOf(Caller? caller, IPAddress? address) => caller?.Name ?? address?.ToString() ?? "";

    private CallContext Call(HttpContext http, Caller? caller) => new()
    {
        Caller = caller,
        LocalAddress = Plain(http.Connection.LocalIpAddress),
        RemoteAddress = Plain(http.Connection.RemoteIpAddress),
        CorrelationId = $"{_correlationPrefix}-{Interlocked.Increment(ref _calls)}",
    };

    /// <summary>A socket on <c>::</c> takes IPv4 connections, too, and tells their addresses as ::ffff:192.0.2.1.</summary>
    private static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;

    private static string? ParseFault(ReadOnlyMemory<byte> body, out JsonDocument? document)
    {
        document = null;
        if (body.IsEmpty)
            return "The body is empty; expected a JSON-RPC request.";
        if (!Utf8.IsValid(body.Span))
            return "The body is not UTF-8.";
        try
        {
            document = JsonDocument.Parse(body, ReadOptions);
            return JsonText.IsText(body.Span, document.RootElement)
                ? null
                : "The body holds half a surrogate pair (\\ud800-\\udfff), which is not text.";
        }
        catch (JsonException e)
        {
            return $"The body is not JSON, or nested deeper than {RpcLimits.Depth}: "
                + $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.";
        }
    }

    private static bool WantsStream(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains(NdjsonStream.MediaType, StringComparison.OrdinalIgnoreCase);

    private static string? Header(StringValues values) => values.Count == 0 ? null : values.ToString();

    private Task WriteFaultAsync(HttpContext http, Caller? caller, int status, OperationErrorCode code, string message)
    {
        var call = Call(http, caller);
        var request = RpcRequest.Unreadable(new RpcError(code, message, call.CorrelationId));
        _audit.Refused(request, call);
        return WriteAsync(http, status, RpcJson.Write(writer => RpcResponse.Write(writer, request, RpcOutcome.Of(request.Fault!))));
    }

    private static async Task WriteAsync(HttpContext http, int status, ReadOnlyMemory<byte> body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentLength = body.Length;
        http.Response.Headers[HeaderNames.ContentType] = JsonRpcType;
        if (!body.IsEmpty)
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }
}
