using System.Globalization;
using System.Text;

namespace Steth.Bench;

/// <summary>
/// A network node with its own Open vSwitch (userspace datapath), namespaces, ports and programs, in the namespaces this process is in.
/// They end with it, and all that was made.
/// </summary>
internal sealed class NetworkNode
{
    /// <summary>Every router has so many, and two in three one more: 150 pairs of namespaces then come to 1,000 ports.</summary>
    private const int RouterPorts = 4;

    /// <summary>Pairs of a qdhcp and a qrouter namespace there are.</summary>
    public int Pairs { get; private set; }

    /// <summary>Ports on br-int.</summary>
    public int Ports { get; private set; }

    /// <summary>Mounts the host's own directories and starts Open vSwitch.</summary>
    public static NetworkNode Start()
    {
        foreach (var path in (string[])["/run", "/etc/openvswitch", "/var/log/openvswitch"])
            Peer.Run("mount", ["-t", "tmpfs", "steth-bench", path]);
        Peer.Run("mount", ["-t", "sysfs", "steth-bench", "/sys"]);
        Directory.CreateDirectory("/run/openvswitch");
        Directory.CreateDirectory("/run/netns");
        Peer.Run("ip", ["link", "set", "lo", "up"]);
        Peer.Run("ovsdb-tool", ["create", "/etc/openvswitch/conf.db", "/usr/share/openvswitch/vswitch.ovsschema"]);
        Peer.Run("ovsdb-server", ["/etc/openvswitch/conf.db", "--remote=punix:/run/openvswitch/db.sock", "--pidfile", "--detach",
            "--log-file=/var/log/openvswitch/ovsdb-server.log", "-vconsole:off"]);
        Peer.Run("ovs-vsctl", ["--no-wait", "--", "init", "--", "add-br", "br-int",
            "--", "set", "Bridge", "br-int", "datapath_type=netdev"]);
        Peer.Run("ovs-vswitchd", ["--pidfile", "--detach", "--log-file=/var/log/openvswitch/ovs-vswitchd.log", "-vconsole:off"]);
        return new NetworkNode();
    }

    public static Guid Network(int pair) => Id(1, pair);

    public static Guid Router(int pair) => Id(2, pair);

    /// <summary>A pair's port: 0 the DHCP server's, 1 the router's to outside, from 2 on the router's to its networks.</summary>
    public static Guid Port(int pair, int port) => Id(16 + port, pair);

    /// <summary>Adds namespaces with their ports, addresses and a program each.</summary>
    public void GrowTo(int pairs)
    {
        var vsctl = new List<string> { "--timeout=120" };
        var links = new StringBuilder();
        var inside = new List<(string Namespace, string Lines)>();
        for (var pair = Pairs; pair < pairs; pair++)
        {
            var (qdhcp, qrouter) = ($"qdhcp-{Network(pair)}", $"qrouter-{Router(pair)}");
            links.Append(CultureInfo.InvariantCulture, $"netns add {qdhcp}\nnetns add {qrouter}\n");
            var ports = 2 + RouterPorts + (pair % 3 == 0 ? 0 : 1);
            var routerLines = new StringBuilder();
            for (var port = 0; port < ports; port++)
            {
                var device = (port switch { 0 => "tap", 1 => "qg-", _ => "qr-" }) + Port(pair, port).ToString()[..11];
                vsctl.AddRange(AddPort(device, pair, port));
                links.Append(CultureInfo.InvariantCulture, $"link set {device} netns {(port == 0 ? qdhcp : qrouter)}\n");
                var up = $"link set {device} up\naddr add 10.{port}.{pair}.2/24 dev {device}\n";
                if (port == 0)
                    inside.Add((qdhcp, up));
                else
                    routerLines.Append(up);
            }
            inside.Add((qrouter, routerLines.ToString()));
            Ports += ports;
        }
        Peer.Run("ovs-vsctl", vsctl);
        Peer.Run("ip", ["-batch", "-"], links.ToString());
        foreach (var (name, lines) in inside)
        {
            Peer.Run("ip", ["-n", name, "-batch", "-"], lines);
            // A node has a dnsmasq or haproxy in each; what is looked at is /proc, whatever they are.
            Peer.Launch("ip", ["netns", "exec", name, "sleep", "infinity"]);
        }
        Pairs = pairs;
    }

    private static IEnumerable<string> AddPort(string device, int pair, int port) =>
    [
        "--", "add-port", "br-int", device, $"tag={1 + pair}",
        "--", "set", "Port", device, $"other_config:net_uuid={Network(pair)}", "other_config:network_type=vxlan",
        $"other_config:segmentation_id={2000 + pair}", $"other_config:tag={1 + pair}",
        "--", "set", "Interface", device, "type=internal", $"external_ids:iface-id={Port(pair, port)}", "external_ids:iface-status=active",
        $"external_ids:attached-mac=fa:16:3e:{port:x2}:{pair / 256:x2}:{pair % 256:x2}",
    ];

    // The first eleven characters make the device's name, so they differ.
    private static Guid Id(int kind, int pair) => Guid.Parse(string.Create(
        CultureInfo.InvariantCulture, $"{pair:x6}{kind:x2}-0000-4000-8000-000000000000"));
}
