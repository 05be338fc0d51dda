using System.Net;
using Steth.Packets.Addresses;

namespace Steth.Controller.Checks.Addresses;

/// <summary>What to look at.</summary>
public sealed record AddressesRequest
{
    /// <summary>The network types whose addresses are looked at.</summary>
    public required IReadOnlyList<string> Networks { get; init; }

    /// <summary>Only their NICs; false: also those of bridges that carry no address, as Neutron's provider bridges do.</summary>
    public bool OnlyNetworks { get; init; }

    /// <summary>VLANs to look for DHCP servers in; null: those that the nodes use, and <see cref="ExpectedVlans"/>.</summary>
    public IReadOnlyList<VlanId>? Vlans { get; init; }

    /// <summary>VLANs that the configuration says must cross.</summary>
    public IReadOnlyList<VlanId> ExpectedVlans { get; init; } = [];

    /// <summary>DHCP servers that are meant to be there, beside Neutron's own.</summary>
    public IReadOnlyList<IPAddress> DhcpServers { get; init; } = [];

    /// <summary>Gateways to look for; empty: those of the nodes' routes.</summary>
    public IReadOnlyList<IPAddress> Gateways { get; init; } = [];

    /// <summary>Requests a second a node sends at most. They are broadcast, so no more than 500 are sent.</summary>
    public int Pps { get; init; } = 500;

    /// <summary>How long to wait for DHCP offers after the last request, 0.1–60 s.</summary>
    public TimeSpan DhcpWait { get; init; } = TimeSpan.FromSeconds(4);
}
