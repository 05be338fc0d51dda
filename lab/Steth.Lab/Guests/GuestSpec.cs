using System.Net;
using Steth.Lab.Plan;
using Steth.Packets.Addresses;

namespace Steth.Lab.Guests;

/// <summary>What a guest is told on its command line: name,tap,mac,address.</summary>
internal sealed record GuestSpec(string Name, string Tap, MacAddress Mac, IPAddress Address)
{
    /// <summary>The guest that sits behind a VM port.</summary>
    public static GuestSpec Of(PortPlan port) => new(port.Name, port.Tap, port.Mac, port.Address);

    /// <summary>Reads one argument.</summary>
    /// <exception cref="LabException">It does not have four parts that make sense.</exception>
    public static GuestSpec Parse(string text) => text.Split(',') is [var name, var tap, var mac, var address]
        && MacAddress.TryParse(mac, null, out var parsedMac) && IPAddress.TryParse(address, out var parsedAddress)
            ? new GuestSpec(name, tap, parsedMac, parsedAddress)
            : throw new LabException($"'{text}' does not describe a guest: expected name,tap,mac,address.");

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => $"{Name},{Tap},{Mac},{Address}";
}
