using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Steth.Agent.Tests.Host;

public class AgentProgramTests
{
    private const string Plain = "warning: plain HTTP without certificates (--insecure): whoever reaches this port may do all that the role change allows, "
        + "as root, and whoever is on the way reads it";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_SaysOneLineAndAnswers()
    {
        await using var agent = await AgentProcess.StartAsync(("ASPNETCORE_URLS", "http://127.0.0.1:1"));
        using var client = new HttpClient();
        using var response = await client.PostAsync(agent.Address, new StringContent("""{"jsonrpc":"2.0","method":"say_hello","id":1}"""), Token);
        (await response.Content.ReadAsStringAsync(Token)).ShouldBe("""{"jsonrpc":"2.0","result":{"code":0,"message":"","data":{}},"id":1}""");
        response.Headers.Server.ShouldBeEmpty();
        agent.Lines.ShouldBe([Plain, $"listening on 127.0.0.1:{agent.Port}"]);
        (await agent.TerminateAsync()).ShouldBe(0);
        agent.Lines.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Start_BodyOverTheLimit_IsAnsweredThroughARealSocket()
    {
        await using var agent = await AgentProcess.StartAsync();
        using var client = new HttpClient();
        using var response = await client.PostAsync(agent.Address, new ByteArrayContent(new byte[4 * 1024 * 1024]), Token);
        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Start_BodyThatIsNone_IsRefusedWithoutAWordInTheLog()
    {
        await using var agent = await AgentProcess.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, agent.Port, Token);
        await client.GetStream().WriteAsync("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"u8.ToArray(), Token);
        using var reader = new StreamReader(client.GetStream());
        var answer = await reader.ReadToEndAsync(Token).WaitAsync(TimeSpan.FromSeconds(10), Token);
        answer.ShouldStartWith("HTTP/1.1 400 ");
        answer.ShouldContain("\"message\":\"The body cannot be read: Bad chunk size data.\"");
        agent.Lines.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Start_WithoutACertificate_SaysTheTwoWaysOnAndExits64()
    {
        var (exitCode, stdout, stderr) = await AgentProcess.RunAsync(["--listen", "127.0.0.1", "--port", "0", "--tls", "/nonexistent"]);
        (exitCode, stdout).ShouldBe((64, ""));
        stderr.ShouldBe("steth-agent: /nonexistent/ca.pem: there is no such file. Make this node's certificate with 'steth pki issue' and copy its folder "
            + "to /nonexistent, or let everybody in with --insecure.\n");
    }

    [Fact]
    public async Task Start_PortInUse_SaysSoAndExits69()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var (exitCode, stdout, stderr) = await AgentProcess.RunAsync(["--listen", "127.0.0.1", "--port", $"{port}", "--insecure"]);
        exitCode.ShouldBe(69);
        stdout.ShouldBe("");
        stderr.ShouldBe($"steth-agent: cannot listen on 127.0.0.1, TCP port {port}: Address already in use; end what listens there, or set --listen and --port.\n");
    }

    [Fact]
    public async Task Start_WrongConfiguration_ExitsWith64AndAllFaults()
    {
        var (exitCode, stdout, stderr) = await AgentProcess.RunAsync(["--port", "70000", "--colour"], ("STETH_AGENT_INSECURE", "perhaps"));
        exitCode.ShouldBe(64);
        stdout.ShouldBe("");
        stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(3);
    }

    [Fact]
    public async Task Start_HelpAndVersion_GoToStdout()
    {
        (await AgentProcess.RunAsync(["--version"])).ShouldBe((0, "steth-agent 0.1.0\n", ""));
        var (exitCode, stdout, stderr) = await AgentProcess.RunAsync(["--help"]);
        exitCode.ShouldBe(0);
        stdout.ShouldStartWith("Usage: steth-agent [OPTIONS]\n");
        stderr.ShouldBe("");
    }

    [Fact]
    public async Task Start_UnderSystemd_TellsReadyAndStopping()
    {
        var path = Path.Combine(Path.GetTempPath(), $"steth-notify-{Guid.NewGuid():N}");
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            await using var agent = await AgentProcess.StartAsync(("NOTIFY_SOCKET", path));
            (await ReceiveAsync(socket)).ShouldBe("READY=1");
            await agent.TerminateAsync();
            (await ReceiveAsync(socket)).ShouldBe("STOPPING=1");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Terminate_WithAnIdleConnection_EndsWithinSeconds()
    {
        await using var agent = await AgentProcess.StartAsync();
        using var idle = new TcpClient();
        await idle.ConnectAsync(IPAddress.Loopback, agent.Port, Token);
        var started = TimeProvider.System.GetTimestamp();
        (await agent.TerminateAsync()).ShouldBe(0);
        TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(8));
    }

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        var buffer = new byte[100];
        var length = await socket.ReceiveAsync(buffer, Token).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Token);
        return Encoding.ASCII.GetString(buffer, 0, length);
    }
}
