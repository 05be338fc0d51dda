using Steth.Lab.State;
using Steth.Lab.Wiring;

namespace Steth.Lab.Faults;

/// <summary>A DHCP server that is none of Neutron's: a dnsmasq behind an internal port of a bridge.</summary>
internal static class RogueServer
{
    private const string Mac = "52:54:00:66:66:66";

    /// <summary>What plugs it in and starts it, and what takes it away.</summary>
    /// <param name="host">Where it runs.</param>
    /// <param name="device">Its device's name, which its files have as well.</param>
    /// <param name="bridge">The bridge.</param>
    /// <param name="tag">The VLAN of its port.</param>
    /// <param name="range">The range it serves: it is .250 there itself.</param>
    public static FaultSteps Steps(string host, string device, string bridge, int tag, System.Net.IPNetwork range)
    {
        var prefix = string.Join('.', range.BaseAddress.GetAddressBytes().Take(3));
        return new FaultSteps(
            [
                OvsNode.Vsctl(host, [["add-port", bridge, device, $"tag={tag}"],
                    ["set", "Interface", device, "type=internal", $"mac=\"{Mac}\""]]),
                HostCommand.Ip(host, [$"addr add {prefix}.250/24 dev {device}", $"link set {device} up"]),
                new HostCommand(host,
                [
                    "dnsmasq", "--conf-file=/dev/null", "--no-hosts", "--no-resolv", "--port=0", "--no-ping", "--dhcp-broadcast",
                    "--user=root",
                    "--bind-interfaces", "--interface=" + device, $"--dhcp-range={prefix}.200,{prefix}.220,255.255.255.0,3600s",
                    $"--dhcp-leasefile=/run/{device}.leases", $"--pid-file=/run/{device}.pid",
                ]),
            ],
            [
                new HostCommand(host, ["pkill", "-KILL", "-F", $"/run/{device}.pid"]),
                new HostCommand(host, ["rm", "-f", $"/run/{device}.pid", $"/run/{device}.leases"]),
                OvsNode.Vsctl(host, [["del-port", bridge, device]]),
            ]);
    }
}
