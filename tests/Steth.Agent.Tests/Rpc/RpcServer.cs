using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Logging;
using Steth.Agent.Audit;
using Steth.Agent.Rpc;
using Steth.Contracts;

namespace Steth.Agent.Tests.Rpc;

/// <summary>A dispatcher of the test's own behind the real endpoint, in memory.</summary>
internal sealed class RpcServer : IAsyncDisposable
{
    /// <summary>The address a request comes from; without it, it comes from nowhere.</summary>
    public const string FromHeader = "Test-From";

    private readonly WebApplication _server;
    private readonly CancellationTokenSource _stopping = new();

    private RpcServer(WebApplication server, Dispatcher dispatcher, RpcLog log, Callers callers, X509Certificate2? certificate, TimeProvider time)
    {
        _server = server;
        Dispatcher = dispatcher;
        Log = log;
        Audit = new AuditLog(AuditLog.Journal, log);
        var endpoint = new RpcEndpoint(dispatcher, callers, Audit, time, _stopping.Token);
        server.Run(http =>
        {
            if (IPAddress.TryParse(http.Request.Headers[FromHeader].ToString(), out var from))
                http.Connection.RemoteIpAddress = from;
            http.Connection.ClientCertificate = certificate;
            return endpoint.HandleAsync(http);
        });
    }

    public Dispatcher Dispatcher { get; }

    public RpcLog Log { get; }

    public AuditLog Audit { get; }

    public HttpClient Client { get; private set; } = null!;

    public static Task<RpcServer> StartAsync(Action<Dispatcher> map, TimeProvider? time = null, Role most = Role.Change) =>
        StartAsync(map, Callers.Anybody(most), null, time ?? TimeProvider.System);

    /// <summary>The same for a caller with a certificate.</summary>
    public static async Task<RpcServer> StartAsync(Action<Dispatcher> map, Callers callers, X509Certificate2? certificate, TimeProvider time)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseTestServer();
        var log = new RpcLog();
        var dispatcher = new Dispatcher(log);
        map(dispatcher);
        var server = new RpcServer(builder.Build(), dispatcher, log, callers, certificate, time);
        await server._server.StartAsync(TestContext.Current.CancellationToken);
        server.Client = server._server.GetTestClient();
        return server;
    }

    public void Stop() => _stopping.Cancel();

    public Task<HttpResponseMessage> SendAsync(string body, params (string Name, string Value)[] headers) =>
        SendAsync(new StringContent(body), HttpCompletionOption.ResponseContentRead, headers);

    public async Task<HttpResponseMessage> SendAsync(
        HttpContent body, HttpCompletionOption completion, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("http://agent/any/path")) { Content = body };
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return await Client.SendAsync(request, completion, TestContext.Current.CancellationToken);
    }

    /// <summary>The body of the answer, as text.</summary>
    public async Task<string> AskAsync(string body, params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(body, headers);
        ((int)response.StatusCode).ShouldBe(200);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The error of the answer.</summary>
    public async Task<(int Code, string Message)> ErrorAsync(string body, params (string Name, string Value)[] headers)
    {
        using var answer = JsonDocument.Parse(await AskAsync(body, headers));
        var error = answer.RootElement.GetProperty("error");
        return (error.GetProperty("code").GetInt32(), error.GetProperty("message").GetString()!);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
        _stopping.Dispose();
    }
}

/// <summary>Keeps what was logged.</summary>
internal sealed class RpcLog : ILogger
{
    private readonly StringBuilder _text = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull =>
        null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_text)
            _text.Append(formatter(state, exception)).Append(' ').Append(exception).AppendLine();
    }

    public override string ToString()
    {
        lock (_text)
            return _text.ToString();
    }
}
