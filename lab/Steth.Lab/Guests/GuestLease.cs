using System.Net;
using Steth.Packets.Dhcp;

namespace Steth.Lab.Guests;

/// <summary>What a guest keeps of its lease: where its packets go.</summary>
internal sealed record GuestLease(IPAddress Address, IPAddress? Server, IReadOnlyList<(IPNetwork To, IPAddress Via)> Routes)
{
    /// <summary>
    /// Reads an acknowledgement: its static routes (option 121, RFC 3442), which take the router option's place when both are there.
    /// </summary>
    public static GuestLease Of(DhcpMessage message)
    {
        var routes = message.Find(DhcpOptionCode.ClasslessRoutes) is { } option ? Classless(option.Span)
            : message.Router is { } router ? [(new IPNetwork(IPAddress.Any, 0), router)]
            : [];
        return new GuestLease(message.YourIp, message.ServerIdentifier, routes);
    }

    /// <summary>The neighbour that takes packets for an address; null when there is no way.</summary>
    public IPAddress? NextHop(IPAddress target)
    {
        var own = new IPNetwork(new IPAddress([.. Address.GetAddressBytes()[..3], 0]), 24);
        return own.Contains(target) ? target
            : Routes.Where(route => route.To.Contains(target)).OrderByDescending(route => route.To.PrefixLength)
                .Select(route => route.Via).FirstOrDefault();
    }

    private static List<(IPNetwork To, IPAddress Via)> Classless(ReadOnlySpan<byte> option)
    {
        var routes = new List<(IPNetwork, IPAddress)>();
        while (option.Length >= 5)
        {
            var significant = (option[0] + 7) / 8;
            if (option.Length < 5 + significant)
                break;
            Span<byte> network = [0, 0, 0, 0];
            option.Slice(1, significant).CopyTo(network);
            routes.Add((new IPNetwork(new IPAddress(network), option[0]), new IPAddress(option.Slice(1 + significant, 4))));
            option = option[(5 + significant)..];
        }
        return routes;
    }
}
