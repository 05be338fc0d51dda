namespace Steth.Neutron.Tests.Labs;

/// <summary>A VM and its port as `neutron-lab vm list` prints them.</summary>
/// <param name="Id">The Neutron port's id.</param>
/// <param name="Name">t1 and t2 are in tnet (VXLAN), v1 and v2 in vnet (VLAN 101); the port has the same name.</param>
/// <param name="Mac">The port's MAC address.</param>
/// <param name="Ip">Its fixed IPv4 address.</param>
/// <param name="Gateway">The subnet's gateway: the router's address.</param>
/// <param name="FloatingIp">Its floating IP; null when it has none.</param>
/// <param name="Host">comp1 (hybrid plug) or comp2 (native plug).</param>
/// <param name="Network">The network's name.</param>
/// <param name="NetworkType">vxlan or vlan.</param>
/// <param name="Plug">hybrid or native.</param>
/// <param name="Tap">The TAP device on the host.</param>
/// <param name="Device">What is on br-int: qvo… or tap….</param>
public sealed record NeutronVm(
    string Id, string Name, string Mac, string Ip, string Gateway, string? FloatingIp, string Host, string Network, string NetworkType,
    string Plug, string Tap, string Device)
{
    /// <summary>The node's NIC that carries the network: the provider NIC, or the tunnels'.</summary>
    public string PhysicalInterface => NetworkType == "vxlan" ? "eth2" : "eth1";
}
