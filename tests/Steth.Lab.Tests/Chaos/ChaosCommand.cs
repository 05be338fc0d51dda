using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Chaos;

/// <summary>Something long that an operator does, to be killed in the midst of it.</summary>
/// <param name="Name">As the table names it.</param>
/// <param name="Agents">The hosts whose agents work for it.</param>
/// <param name="Words">The command line of steth; for a request, the JSON-RPC call.</param>
internal sealed record ChaosCommand(string Name, string[] Agents, params string[] Words)
{
    /// <summary>
    /// A call to the first agent that is made without steth, by a caller that then neither renews, confirms nor releases but waits: what
    /// it asked for is undone only by its lease.
    /// </summary>
    public bool IsRequest { get; private init; }

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ChaosCommand> Of(LabFixture lab)
    {
        string Port(string vm) => lab.Plan.VmPorts.Single(port => port.Name == vm).Id;
        string Address(string vm) => $"{lab.Plan.VmPorts.Single(port => port.Name == vm).Address}";
        string[] all = ["net1", "comp1", "comp2"];
        return
        [
            new("diagnose (VLAN, hybrid)", all, "diagnose", Address("vm1"), "--peer", Address("vm3"), "-f", "json"),
            new("diagnose (VXLAN, native)", all, "diagnose", Address("vm6"), "--peer", Address("vm5"), "-f", "json"),
            new("check vlan", all, "check", "vlan", "--nodes", "net1,comp1,comp2", "--nic", "eth1", "--vlans", "100-105", "-f", "json"),
            new("check bandwidth", all, "check", "bandwidth", "--network", "storage", "--seconds", "1", "-f", "json"),
            new("check-iperf", ["comp1", "comp2"], "check-iperf", "comp1", "comp2", "--iperf_server_type", "storage", "--client_timeout", "3"),
            new("check-vlan-interface", ["comp1", "net1"], "check-vlan-interface", "comp1", "net1", "eth1", "101", "-f", "json"),
            new("check-dhcp-on-comp", all, "check-dhcp-on-comp", Port("vm1"), "eth1", "vlan", "-f", "json"),
            new("check-dhcp-on-network", all, "check-dhcp-on-network", Port("vm3"), "eth1", "vlan", "-f", "json"),
            new("capture", ["net1"], "capture", "net1", "eth1", "vlan", "--seconds", "3"),
            Request("interface.setup, 2 s lease", "comp1",
                """{"interface":"eth4","cidr":"192.0.2.7/24","lease_seconds":2}"""),
            Request("interface.setup of a NIC in use, never confirmed", "comp2",
                """{"interface":"eth3","cidr":"192.0.2.7/24","flush":true,"force":true,"confirm_seconds":2}"""),
        ];
    }

    private static ChaosCommand Request(string name, string host, string parameters) =>
        new(name, [host], $$"""{"jsonrpc":"2.0","id":1,"method":"interface.setup","params":{{parameters}}}""") { IsRequest = true };
}
