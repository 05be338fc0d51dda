using System.Text.Json.Serialization;

namespace Steth.Lab.Plan;

/// <summary>What forwards the packets of a lab's Open vSwitch bridges (datapath_type in ovs-vswitchd.conf.db(5)).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Datapath>))]
public enum Datapath
{
    /// <summary>ovs-vswitchd itself: needs no kernel module, and tunnels leave by a bridge, behind the back of the host's packet filter.</summary>
    [JsonStringEnumMemberName("netdev")]
    Netdev,

    /// <summary>The kernel's openvswitch module, as nearly every cloud has it: tunnels leave by the host's own stack.</summary>
    [JsonStringEnumMemberName("system")]
    System,
}

/// <summary>What a datapath is called and how a node is wired with it.</summary>
public static class Datapaths
{
    /// <summary>As Open vSwitch writes it.</summary>
    public static string TypeName(this Datapath datapath) => datapath == Datapath.System ? "system" : "netdev";

    /// <summary>The device that carries a node's tunnel address. Userspace tunnels need a bridge there; the kernel's take the NIC.</summary>
    public static string UnderlayDevice(this Datapath datapath) => datapath == Datapath.System ? "eth2" : "br-phy";
}
