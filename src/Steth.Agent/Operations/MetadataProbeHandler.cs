using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Steth.Agent.Kernel;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.MetadataProbe"/> out.</summary>
/// <param name="time">The clock.</param>
/// <param name="stateFolder">Where Neutron's agents keep their files (state_path).</param>
public sealed partial class MetadataProbeHandler(TimeProvider time, string stateFolder = DhcpServerHandler.StateFolder)
{
    private const int MostBytes = 1 << 20;

    // sun_path of unix(7), with its end.
    private const int LongestSocketPath = 107;

    /// <summary>Asks once, as haproxy does for a guest (neutron/agent/metadata/agent.py). An answer of any status is one.</summary>
    /// <exception cref="OperationException">InvalidParams.</exception>
    public async Task<MetadataProbeResult> HandleAsync(
        MetadataProbeParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Validate(parameters);
        var socket = SocketOf((parameters.RouterId ?? parameters.NetworkId)!.Value);
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = (_, ct) => ConnectAsync(socket, ct),
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://169.254.169.254/latest/meta-data/instance-id");
        request.Headers.Add("X-Forwarded-For", parameters.Address.ToString());
        if (parameters.RouterId is { } router)
            request.Headers.Add("X-Neutron-Router-ID", router.ToString());
        else
            request.Headers.Add("X-Neutron-Network-ID", parameters.NetworkId!.Value.ToString());
        var started = time.GetTimestamp();
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(parameters.TimeoutSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellationToken);
        int? status = null;
        string? failure = null;
        try
        {
            // The body is not asked for: it is the guest's own.
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            status = (int)answer.StatusCode;
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            failure = string.Create(CultureInfo.InvariantCulture, $"There was no answer within {parameters.TimeoutSeconds} s.");
        }
        catch (HttpRequestException e)
        {
            failure = Reason(e, socket);
        }
        return new MetadataProbeResult
        {
            Socket = socket,
            Status = status,
            Failure = failure,
            TookMs = Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 1),
        };
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Reason(HttpRequestException e, string socket) => (e.GetBaseException() as SocketException)?.SocketErrorCode switch
    {
        _ when !File.Exists(socket) => $"There is no socket {socket}.",
        SocketError.ConnectionRefused => $"Nobody listens on the socket {socket}.",
        SocketError.AccessDenied => $"The agent may not use the socket {socket}.",
        _ => $"The connection to {socket} broke: {e.GetBaseException().Message}",
    };

    private string SocketOf(Guid id)
    {
        try
        {
            var configuration = BoundedFile.ReadText($"{stateFolder}/ns-metadata-proxy/{id}.conf", MostBytes);
            var path = MetadataServer().Match(configuration).Groups[1].Value;
            if (path.Length is > 0 and <= LongestSocketPath)
                return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No proxy of this host's was configured for it, or not where the agent can see.
        }
        return $"{stateFolder}/metadata_proxy";
    }

    private static void Validate(MetadataProbeParams wanted)
    {
        if (wanted.Address.AddressFamily != AddressFamily.InterNetwork)
            throw new OperationException(OperationErrorCode.InvalidParams, $"address {wanted.Address} is not an IPv4 address.");
        if (wanted.RouterId is null == wanted.NetworkId is null)
            throw new OperationException(OperationErrorCode.InvalidParams, "One of router_id and network_id is needed, and not both.");
        if (wanted.TimeoutSeconds is < 1 or > 60)
            throw new OperationException(OperationErrorCode.InvalidParams, string.Create(
                CultureInfo.InvariantCulture, $"timeout_seconds {wanted.TimeoutSeconds} is out of range; expected 1-60."));
    }

    // haproxy's line for a server that is a unix socket (neutron/agent/metadata/driver.py): server metadata PATH.
    [GeneratedRegex(@"^\s*server\s+\S+\s+(?:unix@)?(/\S+)", RegexOptions.Multiline)]
    private static partial Regex MetadataServer();
}
