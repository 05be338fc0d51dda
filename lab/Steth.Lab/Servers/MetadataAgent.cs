using System.Net;
using System.Net.Sockets;
using System.Text;
using Steth.Lab.Plan;

namespace Steth.Lab.Servers;

/// <summary>
/// Stands in for neutron-metadata-agent: takes requests from the proxies on a unix socket, finds the VM by router or network id and
/// source address, and asks nova. Its statuses are the agent's: 404 for an address nobody has, 503 when nova does not answer.
/// </summary>
internal sealed class MetadataAgent(LabPlan plan, string secret)
{
    private static readonly TimeSpan NovaPatience = TimeSpan.FromSeconds(3);

    private readonly IPEndPoint _nova = new(plan.Host("ctl").Management!, NovaMetadata.Port);

    /// <summary>Serves on the socket until it is cancelled. A socket file that is left from before is replaced.</summary>
    public async Task ServeAsync(string path, Action started, CancellationToken ct)
    {
        File.Delete(path);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(128);
        started();
        await HttpListener.ServeAsync(listener, AnswerAsync, ct);
    }

    /// <summary>The VM port a request comes from; null when there is none, or both ids are given.</summary>
    public static PortPlan? PortOf(LabPlan plan, HttpRequest request)
    {
        var (router, network) = (request.Header("X-Neutron-Router-ID"), request.Header("X-Neutron-Network-ID"));
        if (!IPAddress.TryParse(request.Header("X-Forwarded-For"), out var address) || (router is null) == (network is null))
            return null;
        return plan.VmPorts.FirstOrDefault(port => port.Address.Equals(address)
            && (network is not null ? port.Network.Id == network : router == plan.RouterId && plan.RouterPort(port.Network) is not null));
    }

    private async Task<HttpResponse> AnswerAsync(HttpRequest request, CancellationToken ct)
    {
        if (PortOf(plan, request) is not { VmId: { } instance })
            return HttpResponse.Of(404);
        try
        {
            var (status, body) = await AskNovaAsync(request, instance, ct);
            return status == 200 ? new HttpResponse(status, body) : HttpResponse.Of(status);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return HttpResponse.Of(503);
        }
    }

    private async Task<(int Status, string Body)> AskNovaAsync(HttpRequest request, string instance, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(NovaPatience);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_nova, limit.Token);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Join("\r\n",
            $"{request.Method} {request.Path} HTTP/1.1", $"Host: {_nova}", $"X-Forwarded-For: {request.Header("X-Forwarded-For")}",
            $"X-Instance-ID: {instance}", $"X-Tenant-ID: {plan.ProjectId}",
                $"{InstanceSignature.Header}: {InstanceSignature.Of(secret, instance)}",
            "Connection: close", "", "")), limit.Token);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var answer = (await reader.ReadToEndAsync(limit.Token)).Split("\r\n\r\n", 2);
        return answer is [var head, var body] && head.Split(' ') is [_, var code, ..] && int.TryParse(code, out var status)
            ? (status, body)
            : throw new IOException("nova's answer is no HTTP");
    }
}
