using System.Text.Json.Serialization;

namespace Steth.Diagnosis.Paths;

/// <summary>What a hop is.</summary>
public enum HopKind
{
    /// <summary>A guest's tap.</summary>
    [JsonStringEnumMemberName("tap")]
    Tap,

    /// <summary>The Linux bridge of a hybrid plug.</summary>
    [JsonStringEnumMemberName("qbr")]
    Qbr,

    /// <summary>The qbr's end of the veth pair.</summary>
    [JsonStringEnumMemberName("qvb")]
    Qvb,

    /// <summary>The integration bridge's end of the veth pair.</summary>
    [JsonStringEnumMemberName("qvo")]
    Qvo,

    /// <summary>br-int.</summary>
    [JsonStringEnumMemberName("integration-bridge")]
    IntegrationBridge,

    /// <summary>br-tun.</summary>
    [JsonStringEnumMemberName("tunnel-bridge")]
    TunnelBridge,

    /// <summary>The bridge of a physical network: br-ex.</summary>
    [JsonStringEnumMemberName("provider-bridge")]
    ProviderBridge,

    /// <summary>A physical NIC, or several of which any may carry a frame.</summary>
    [JsonStringEnumMemberName("nic")]
    Nic,

    /// <summary>The tap of a DHCP server in its namespace.</summary>
    [JsonStringEnumMemberName("dhcp-port")]
    DhcpPort,

    /// <summary>A router's port on a tenant network: qr-.</summary>
    [JsonStringEnumMemberName("router-interface")]
    RouterInterface,

    /// <summary>A router's port on the external network: qg-.</summary>
    [JsonStringEnumMemberName("router-gateway")]
    RouterGateway,
}
