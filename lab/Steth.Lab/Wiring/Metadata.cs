using System.Globalization;
using System.Net;
using Steth.Lab.Hosts;
using Steth.Lab.Plan;
using Steth.Lab.State;

namespace Steth.Lab.Wiring;

/// <summary>
/// The metadata proxies: a haproxy in each namespace that serves 169.254.169.254, with the configuration Neutron's metadata driver
/// writes, in front of the metadata agent's socket.
/// </summary>
internal static class Metadata
{
    /// <summary>The metadata service's address.</summary>
    public static IPAddress Address { get; } = IPAddress.Parse("169.254.169.254");

    /// <summary>The metadata agent's socket on the network node.</summary>
    public const string Socket = "/var/lib/neutron/metadata_proxy";

    /// <summary>Where a router's proxy listens (metadata_port).</summary>
    private const int RouterPort = 9697;

    private const string Folder = "/var/lib/neutron/ns-metadata-proxy";
    private const string Pids = "/var/lib/neutron/external/pids";

    /// <summary>Writes the proxies' configurations.</summary>
    public static void WriteFiles(LabHost host, LabPlan plan)
    {
        Directory.CreateDirectory(host.Root + Folder);
        Directory.CreateDirectory(host.Root + Pids);
        Write(plan.RouterId, $"0.0.0.0:{RouterPort}", "Router", "Network");
        foreach (var network in plan.TenantNetworks.Where(network => network.IsIsolated))
            Write(network.Id, $"{Address}:80", "Network", "Router");

        void Write(string id, string bind, string kind, string other) =>
            File.WriteAllText(host.Root + ConfigurationOf(id), Configuration(id, bind, kind, other));
    }

    /// <summary>Starts the proxy of a router or network in its namespace; it detaches.</summary>
    public static HostCommand StartProxy(string id, string netns) =>
        HostCommand.In(LabPlan.NetworkHost, netns, ["haproxy", "-f", ConfigurationOf(id)]);

    /// <summary>The process id of a proxy, as its host counts; null when its pid file is not there.</summary>
    public static int? ReadProxy(LabHost host, string id)
    {
        var path = host.Root + PidFileOf(id);
        return File.Exists(path) && int.TryParse(File.ReadAllText(path).Trim(), CultureInfo.InvariantCulture, out var process) ? process
            : null;
    }

    private static string ConfigurationOf(string id) => $"{Folder}/{id}.conf";

    private static string PidFileOf(string id) => $"{Pids}/{id}.pid.haproxy";

    private static string Configuration(string id, string bind, string kind, string other) => $"""

        global
            log         /dev/log local0 info
            log-tag     haproxy-metadata-proxy-{id}
            user        root
            group       root
            maxconn     1024
            pidfile     {PidFileOf(id)}
            daemon

        defaults
            log global
            mode http
            option httplog
            option dontlognull
            option http-server-close
            option forwardfor
            retries                 3
            timeout http-request    30s
            timeout connect         30s
            timeout client          32s
            timeout server          32s
            timeout http-keep-alive 30s

        listen listener
            bind {bind}
            server metadata {Socket}
            http-request del-header X-Neutron-{other}-ID
            http-request set-header X-Neutron-{kind}-ID {id}

        """;
}
