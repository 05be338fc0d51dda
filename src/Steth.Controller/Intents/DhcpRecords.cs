using System.Globalization;
using System.Net;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Intent;
using Steth.Packets.Addresses;

namespace Steth.Controller.Intents;

/// <summary>A network as its DHCP servers were told it: their command lines and files.</summary>
/// <param name="servers">The servers, with their hosts.</param>
internal sealed class DhcpRecords(IReadOnlyList<(string Host, DhcpServerResult Server)> servers)
{
    private const string Range = "--dhcp-range=";
    private const string Mtu = "--dhcp-option-force=option:mtu,";
    private const string SubnetTag = "subnet-";

    /// <summary>Hosts that have a server, or the files of one; null: none is known.</summary>
    public IReadOnlyList<string>? Hosts => servers.Count == 0 ? null : [.. servers.Select(s => s.Host).Distinct()];

    /// <summary>Addresses of a MAC.</summary>
    public IReadOnlyList<IPAddress> AddressesOf(MacAddress? mac) =>
        [.. servers.SelectMany(s => s.Server.Hosts ?? []).Where(h => h.Mac == mac).Select(h => h.Address).OfType<IPAddress>().Distinct()];

    /// <summary>The MTU it hands out; null: not known.</summary>
    public int? NetworkMtu => Arguments.Where(a => a.StartsWith(Mtu, StringComparison.Ordinal))
        .Select(a => int.TryParse(a[Mtu.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var mtu) ? mtu : (int?)null)
        .FirstOrDefault(m => m is not null);

    /// <summary>Gateways it hands out, by tag.</summary>
    public IReadOnlyList<(string Tag, IPAddress Gateway)> Gateways =>
    [
        .. servers.SelectMany(s => s.Server.Options ?? []).Where(o => o.Option is "router" or "3")
            .Select(o => StrictIPAddress.TryParse(o.Value.Trim(), out var ip) ? (o.Tag, ip) : ((string, IPAddress)?)null)
            .OfType<(string, IPAddress)>().Distinct(),
    ];

    /// <summary>
    /// Subnets by the ranges it serves (<c>--dhcp-range=set:subnet-ID,10.0.0.0,static,255.255.255.0,86400s</c>); where no server runs, by
    /// the addresses the services' devices have, with their prefixes.
    /// </summary>
    public IReadOnlyList<SubnetIntent> Subnets(IEnumerable<InterfaceAddress> devices)
    {
        var served = Arguments.Where(a => a.StartsWith(Range, StringComparison.Ordinal)).Select(a => Served(a[Range.Length..]))
            .OfType<SubnetIntent>().DistinctBy(s => s.Range).ToList();
        foreach (var device in devices)
        {
            if (IsServiceAddress(device.Address) || served.Any(s => s.Range.Contains(device.Address)))
                continue;
            var range = new IPNetwork(Masked(device.Address, device.PrefixLength), device.PrefixLength);
            var gateway = Gateways.Where(g => range.Contains(g.Gateway)).ToArray() is [var one, ..] ? one : default;
            served.Add(new SubnetIntent { Id = IdOf(gateway.Tag), Range = range, Gateway = gateway.Gateway });
        }
        return served;
    }

    private IEnumerable<string> Arguments => servers.SelectMany(s => s.Server.Process?.Arguments ?? []);

    private SubnetIntent? Served(string value)
    {
        var parts = value.Split(',');
        var tag = parts[0].StartsWith("set:", StringComparison.Ordinal) ? parts[0][4..] : "";
        var start = tag.Length > 0 ? 1 : 0;
        if (parts.Length < start + 3
            || !StrictIPAddress.TryParse(parts[start], out var first)
            || Prefix(parts[start + 2]) is not { } prefix)
            return null;
        return new SubnetIntent
        {
            Id = IdOf(tag),
            Range = new IPNetwork(Masked(first, prefix), prefix),
            Gateway = Gateways.Where(g => g.Tag == tag).Select(g => g.Gateway).FirstOrDefault(),
            DhcpEnabled = true,
        };
    }

    // A mask (IPv4) or a number (IPv6).
    private static int? Prefix(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= 128 ? length
        : StrictIPAddress.TryParse(text, out var mask) && mask.GetAddressBytes() is [var a, var b, var c, var d]
            ? System.Numerics.BitOperations.PopCount((uint)((a << 24) | (b << 16) | (c << 8) | d))
        : null;

    private static IPAddress Masked(IPAddress address, int prefix)
    {
        var octets = address.GetAddressBytes();
        for (var i = 0; i < octets.Length; i++)
            octets[i] &= (byte)(0xff00 >> Math.Clamp(prefix - i * 8, 0, 8));
        return new IPAddress(octets);
    }

    private static Guid? IdOf(string? tag) =>
        tag?.StartsWith(SubnetTag, StringComparison.Ordinal) == true && Guid.TryParse(tag[SubnetTag.Length..], out var id) ? id : null;

    // 169.254.169.254 for metadata, link-local and loopback addresses are of no subnet.
    internal static bool IsServiceAddress(IPAddress address) =>
        IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.GetAddressBytes() is [169, 254, _, _];
}
