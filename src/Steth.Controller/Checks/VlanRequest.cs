using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Controller.Checks;

/// <summary>Which VLANs to try between some nodes, and how.</summary>
public sealed record VlanRequest
{
    /// <summary>The VLANs that are to cross; untagged may be among them.</summary>
    public required VlanSet Vlans { get; init; }

    /// <summary>Where on each node.</summary>
    public required NicChoice Nics { get; init; }

    /// <summary>Try frames with two tags as well, with this outer one; null: do not.</summary>
    public OuterTag? DoubleTag { get; init; }

    /// <summary>Try frames as large as the NIC's MTU as well.</summary>
    public bool FullSize { get; init; }

    /// <summary>
    /// How long to listen for the switches' LLDP on nodes without lldpd when something is broken, 0–35 s; 0: lldpd alone is asked.
    /// </summary>
    public int LldpSeconds { get; init; }

    /// <summary>Probes a second a node sends at most; all together send at most <see cref="VlanCheck.MostPpsInAll"/>.</summary>
    public required int Pps { get; init; }
}
