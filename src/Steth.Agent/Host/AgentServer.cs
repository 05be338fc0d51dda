using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Steth.Agent.Audit;
using Steth.Agent.Rpc;
using Steth.Identity;

namespace Steth.Agent.Host;

/// <summary>The agent's HTTP server: Kestrel with no configuration but ours.</summary>
internal static class AgentServer
{
    /// <summary>How long the calls that were cancelled have to come back when the agent stops.</summary>
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Bytes of a connection that were received and not yet read; by default a megabyte, also before a handshake is done.
    /// </summary>
    private const int UnreadBytes = 64 * 1024;

    private static readonly TimeSpan PeerSilence = TimeSpan.FromSeconds(15);

    /// <summary>Makes the server; it does not listen yet.</summary>
    /// <param name="options">Where it will listen.</param>
    /// <param name="bundle">The node's certificates; null: plain HTTP.</param>
    /// <param name="strangers">Counts handshakes that were refused.</param>
    /// <param name="log">Gets the log.</param>
    public static WebApplication Build(AgentOptions options, BundleWatch? bundle, RefusalTally strangers, ILoggerProvider log)
    {
        // An empty builder reads no appsettings.json and no ASPNETCORE_ variable, and watches no directory.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddProvider(log);
        builder.Logging.SetMinimumLevel(LogLevel.Information);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // What keeps it from listening is told in one sentence by the program itself.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting", LogLevel.None);
        // A line for each connection turned away would let anybody fill the log.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel.Connections", LogLevel.Error);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTime);
        builder.WebHost.UseKestrelCore();
        var room = new ConnectionRoom(log.CreateLogger("connections"), TimeProvider.System);
        builder.WebHost.ConfigureKestrel(kestrel => Limit(kestrel, options, bundle, strangers, room));
        var sockets = new SocketTransportOptions { CreateBoundListenSocket = Listen, MaxReadBufferSize = UnreadBytes };
        builder.Services.AddSingleton<IConnectionListenerFactory>(services => new BoundedTransport(
            new SocketTransportFactory(Options.Create(sockets), services.GetRequiredService<ILoggerFactory>()), room));
        return builder.Build();
    }

    /// <summary>Where a started server listens: the real port, also when 0 was asked for.</summary>
    public static IPEndPoint EndPoint(WebApplication server, IPAddress listen) => new(listen, new Uri(server.Urls.First()).Port);

    private static void Limit(
        KestrelServerOptions kestrel, AgentOptions options, BundleWatch? bundle, RefusalTally strangers, ConnectionRoom room)
    {
        kestrel.AddServerHeader = false;
        kestrel.Listen(options.Listen, options.Port, listener =>
        {
            listener.Protocols = HttpProtocols.Http1;
            listener.Use(room.Leaving);
            if (bundle is not null)
            {
                listener.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = context => Handshake(bundle, strangers, context.Connection.RemoteEndPoint),
                    HandshakeTimeout = PeerSilence,
                });
            }
        });
        // ConnectionRoom bounds the connections; what one of them may make us hold or wait for is bounded here.
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        kestrel.Limits.MaxRequestBufferSize = UnreadBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 64;
        // The longest body then takes four minutes, not an hour. Of an answer, Kestrel's own 240 bytes a second hold for what waits to be
        // sent only: a stream that is silent, or has heartbeats alone, waits for nothing.
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(4096, PeerSilence);
        kestrel.Limits.MinResponseDataRate = new MinDataRate(240, PeerSilence);
        // The endpoint keeps at most RpcLimits.BodyBytes; beyond, it reads on so that its answer arrives, up to this.
        kestrel.Limits.MaxRequestBodySize = 16L * RpcLimits.BodyBytes;
    }

    /// <summary>Asked for each connection, so that new certificates need no restart.</summary>
    private static ValueTask<SslServerAuthenticationOptions> Handshake(BundleWatch bundle, RefusalTally strangers, EndPoint? peer)
    {
        var current = bundle.Current();
        return ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = current.Context,
            ClientCertificateRequired = true,
            EnabledSslProtocols = SslProtocols.Tls13,
            CertificateChainPolicy = current.PeerPolicy(),
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                if (current.Knows(certificate as X509Certificate2, PrincipalKind.Operator))
                    return true;
                strangers.Refused((peer as IPEndPoint)?.Address, certificate is null
                    ? "The handshake showed no certificate." : "The handshake showed a certificate that is no operator's of this cloud.");
                return false;
            },
        });
    }

    /// <summary>Accepted sockets inherit these, so that a peer whose host died is noticed and its call cancelled (tcp(7)).</summary>
    private static Socket Listen(EndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        const int tcpUserTimeout = 18;
        socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, tcpUserTimeout, BitConverter.GetBytes((int)PeerSilence.TotalMilliseconds));
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 5);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 2);
        return socket;
    }
}
