using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Steth.Contracts;
using Steth.Controller.Inventory;

namespace Steth.Controller.Agents;

/// <summary>
/// Speaks JSON-RPC 2.0 over HTTP/1.1 with agents, in TLS where there is a certificate: one POST to <c>/jsonrpc</c> a call, NDJSON back for
/// a stream.
/// </summary>
public sealed class AgentClient : IAgentClient, IDisposable
{
    private const string StreamType = "application/x-ndjson";

    // Of a connection whose call has given up already.
    private static readonly TimeSpan _handshakeTime = TimeSpan.FromMinutes(1);

    private readonly AgentClientSettings _settings;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    /// <summary>Makes a client; connections are kept and used again.</summary>
    public AgentClient(AgentClientSettings settings, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _time = time;
        var handler = new SocketsHttpHandler
        {
            // Until the TCP connection stands it has its own time; from then on the agent is there, and the call's deadline counts.
            ConnectCallback = ConnectAsync,
            ConnectTimeout = _handshakeTime,
            // Nodes are addressed directly; a proxy of the operator's environment would not reach them, and a redirect is no agent's
            // answer.
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        };
        if (settings.Identity is { } identity)
            handler.SslOptions = new AgentTls(identity, time).Options;
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <inheritdoc/>
    public async Task<TResult> CallAsync<TParams, TResult>(
        Node node, Operation<TParams, TResult> operation, TParams parameters, TimeSpan deadline, CancellationToken cancellationToken)
        where TParams : notnull
        where TResult : notnull
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(operation);
        using var patience = new CallPatience(deadline, silence: null, _time, cancellationToken);
        try
        {
            using var request = Request(node, Scheme, operation, parameters, deadline, stream: false);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            ThrowUnlessOk(node, response);
            await using var body = await response.Content.ReadAsStreamAsync(patience.Token);
            using var lines = new LineReader(body, _settings.MaxAnswerBytes);
            var answer = await lines.ReadToEndAsync(patience.Token);
            return JsonRpcAnswer.Parse(node, operation, answer).Result(node, operation);
        }
        catch (Exception e) when (patience.Explain(node, e, _settings) is { } failure)
        {
            throw failure;
        }
    }

    /// <inheritdoc/>
    public async Task<TResult> StreamAsync<TParams, TResult, TEvent>(
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
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(onEvent);
        using var patience = new CallPatience(deadline, _settings.Silence, _time, cancellationToken);
        try
        {
            using var request = Request(node, Scheme, operation, parameters, deadline, stream: true);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            ThrowUnlessOk(node, response);
            await using var body = await response.Content.ReadAsStreamAsync(patience.Token);
            using var lines = new LineReader(body, _settings.MaxLineBytes);
            while (await lines.ReadLineAsync(patience.Token) is { } line)
            {
                patience.Heard();
                if (line.IsEmpty)
                    continue;
                var answer = JsonRpcAnswer.Parse(node, operation, line);
                if (!answer.IsNotification)
                    return answer.Result(node, operation);
                if (answer.TryGetEvent(node, operation, operation.EventType, out var happening))
                    onEvent(happening);
            }
            throw WireFailure.Ended(node, _settings, null);
        }
        catch (Exception e) when (patience.Explain(node, e, _settings) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    private string Scheme => _settings.Identity is null ? "http" : "https";

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_settings.ConnectTimeout);
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, patience.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static HttpRequestMessage Request<TParams, TResult>(
        Node node, string scheme, Operation<TParams, TResult> operation, TParams parameters, TimeSpan deadline, bool stream)
        where TParams : notnull
        where TResult : notnull
    {
        var body = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc", "2.0");
            writer.WriteNumber("id", 1);
            writer.WriteString("method", operation.Name);
            writer.WritePropertyName("params");
            JsonSerializer.Serialize(writer, parameters, operation.ParamsType);
            writer.WriteEndObject();
        }
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{scheme}://{node.AgentEndpoint}/jsonrpc"))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ReadOnlyMemoryContent(body.WrittenMemory)
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            },
        };
        // The agent gives up a little earlier, so that its own words about the delay still arrive.
        var milliseconds = Math.Max(1, (long)(deadline.TotalMilliseconds * 0.9));
        request.Headers.Add("Steth-Deadline-Ms", milliseconds.ToString(CultureInfo.InvariantCulture));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(stream ? StreamType : "application/json"));
        return request;
    }

    private static void ThrowUnlessOk(Node node, HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.OK)
            throw WireFailure.NotAnAgent(node, FormattableString.Invariant($"it answers HTTP {(int)response.StatusCode}"), null);
    }
}
