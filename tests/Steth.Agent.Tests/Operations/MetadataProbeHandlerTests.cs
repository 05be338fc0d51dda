using System.Net;
using System.Net.Sockets;
using System.Text;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Operations;

public sealed class MetadataProbeHandlerTests : IDisposable
{
    private readonly string _state = Directory.CreateTempSubdirectory("steth-md-").FullName;
    private readonly Guid _id = Guid.NewGuid();
    private Socket? _server;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string DefaultSocket => $"{_state}/metadata_proxy";

    [Theory]
    [InlineData(true, "X-Neutron-Router-ID")]
    [InlineData(false, "X-Neutron-Network-ID")]
    public async Task HandleAsync_AgentAnswers_StatusAndTheHeadersHaproxySends(bool router, string header)
    {
        var asked = ServeAsync(DefaultSocket, "HTTP/1.1 404 Not Found\r\nContent-Length: 999999\r\n\r\nnever read");

        var result = await ProbeAsync(router);

        (result.Status, result.Failure, result.Socket).ShouldBe((404, null, DefaultSocket));
        var request = await asked;
        request.ShouldStartWith("GET /latest/meta-data/instance-id HTTP/1.1\r\n");
        request.ShouldContain("X-Forwarded-For: 10.10.0.35\r\n");
        request.ShouldContain($"{header}: {_id}\r\n");
        request.Split("X-Neutron-").Length.ShouldBe(2);
    }

    [Fact]
    public async Task HandleAsync_ProxysConfiguration_NamesTheSocket()
    {
        Directory.CreateDirectory($"{_state}/ns-metadata-proxy");
        await File.WriteAllTextAsync(
            $"{_state}/ns-metadata-proxy/{_id}.conf", $"global\n    log /dev/log local0\nlisten listener\n    bind 0.0.0.0:9697\n    server metadata {_state}/other\n", Token);
        var asked = ServeAsync($"{_state}/other", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        var result = await ProbeAsync();

        (result.Status, result.Socket).ShouldBe((200, $"{_state}/other"));
        await asked;
    }

    [Fact]
    public async Task HandleAsync_NoSocket_SaysSo()
    {
        var result = await ProbeAsync();

        (result.Status, result.Failure).ShouldBe((null, $"There is no socket {DefaultSocket}."));
    }

    [Fact]
    public async Task HandleAsync_NobodyListens_SaysSo()
    {
        // The file stays, as that of an agent that was killed: disposing removes it only from where it was made.
        using (Listen($"{_state}/made"))
            File.Move($"{_state}/made", DefaultSocket);

        (await ProbeAsync()).Failure.ShouldBe($"Nobody listens on the socket {DefaultSocket}.");
    }

    [Fact]
    public async Task HandleAsync_NoAnswer_EndsInTime()
    {
        using var listening = Listen(DefaultSocket);

        var result = await ProbeAsync(seconds: 1);

        (result.Status, result.Failure).ShouldBe((null, "There was no answer within 1 s."));
        result.TookMs.ShouldBeInRange(900, 5000);
    }

    [Fact]
    public async Task HandleAsync_HangsUp_SaysSo()
    {
        using var listening = Listen(DefaultSocket);
        var hangingUp = HangUpAsync(listening);

        (await ProbeAsync()).Failure.ShouldNotBeNull().ShouldStartWith($"The connection to {DefaultSocket} broke: ");
        listening.Dispose();
        await hangingUp;
    }

    [Fact]
    public async Task HandleAsync_AnswerIsNoHttp_SaysSo()
    {
        var asked = ServeAsync(DefaultSocket, "nonsense\r\n\r\n");

        (await ProbeAsync()).Failure.ShouldNotBeNull().ShouldStartWith($"The connection to {DefaultSocket} broke: ");
        await asked;
    }

    [Theory]
    [InlineData("both", "One of router_id and network_id is needed, and not both.")]
    [InlineData("neither", "One of router_id and network_id is needed, and not both.")]
    [InlineData("family", "address 2001:db8::1 is not an IPv4 address.")]
    [InlineData("timeout", "timeout_seconds 61 is out of range; expected 1-60.")]
    public async Task HandleAsync_DoesNotFit_IsInvalidParams(string what, string message)
    {
        var fine = new MetadataProbeParams { Address = IPAddress.Parse("10.10.0.35"), RouterId = _id };
        var wanted = what switch
        {
            "both" => fine with { NetworkId = _id },
            "neither" => fine with { RouterId = null },
            "family" => fine with { Address = IPAddress.Parse("2001:db8::1") },
            _ => fine with { TimeoutSeconds = 61 },
        };

        var error = await Should.ThrowAsync<OperationException>(() => ProbeAsync(wanted));

        error.Code.ShouldBe(OperationErrorCode.InvalidParams);
        error.Message.ShouldBe(message);
    }

    public void Dispose()
    {
        _server?.Dispose();
        Directory.Delete(_state, recursive: true);
    }

    private static Socket Listen(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen();
        return socket;
    }

    private static async Task HangUpAsync(Socket listening)
    {
        try
        {
            while (true)
                (await listening.AcceptAsync(Token)).Dispose();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task<string> ServeAsync(string path, string answer)
    {
        _server = Listen(path);
        using var client = await _server.AcceptAsync(Token);
        var request = new StringBuilder();
        var buffer = new byte[4096];
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await client.ReceiveAsync(buffer, Token) is var read and > 0)
            request.Append(Encoding.ASCII.GetString(buffer, 0, read));
        await client.SendAsync(Encoding.ASCII.GetBytes(answer), Token);
        return request.ToString();
    }

    private Task<MetadataProbeResult> ProbeAsync(bool router = true, int seconds = 5) => ProbeAsync(new MetadataProbeParams
    {
        Address = IPAddress.Parse("10.10.0.35"),
        RouterId = router ? _id : null,
        NetworkId = router ? null : _id,
        TimeoutSeconds = seconds,
    });

    private Task<MetadataProbeResult> ProbeAsync(MetadataProbeParams wanted) =>
        new MetadataProbeHandler(TimeProvider.System, _state).HandleAsync(wanted, new CallContext { CorrelationId = "t" }, Token);
}
