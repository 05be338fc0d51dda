using System.Net;
using System.Net.Sockets;
using Steth.Lab.Plan;

namespace Steth.Lab.Servers;

/// <summary>
/// Stands in for nova's metadata API: 403 for a signature made with another secret, 404 for an instance or path it does not know.
/// </summary>
internal sealed class NovaMetadata(LabPlan plan)
{
    /// <summary>nova_metadata_port.</summary>
    public const int Port = 8775;

    /// <summary>Serves until it is cancelled.</summary>
    public async Task ServeAsync(Action started, CancellationToken ct)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Any, Port)); // the host's own address comes later
        listener.Listen(128);
        started();
        await HttpListener.ServeAsync(listener, (request, _) => Task.FromResult(Answer(plan, request)), ct);
    }

    /// <summary>The answer to a request.</summary>
    public static HttpResponse Answer(LabPlan plan, HttpRequest request)
    {
        var instance = request.Header("X-Instance-ID") ?? "";
        if (request.Header(InstanceSignature.Header) != InstanceSignature.Of(plan.MetadataSecret, instance))
            return HttpResponse.Of(403);
        if (plan.VmPorts.FirstOrDefault(port => port.VmId == instance) is not { } port)
            return HttpResponse.Of(404);
        return request.Path.TrimEnd('/') switch
        {
            "" or "/latest" or "/openstack" => new HttpResponse(200, "latest\n"),
            "/latest/meta-data" => new HttpResponse(200, "hostname\ninstance-id\nlocal-ipv4\n"),
            "/latest/meta-data/hostname" => new HttpResponse(200, port.Name),
            "/latest/meta-data/instance-id" => new HttpResponse(200, instance),
            "/latest/meta-data/local-ipv4" => new HttpResponse(200, port.Address.ToString()),
            _ => HttpResponse.Of(404),
        };
    }
}
