using System.Collections.Immutable;
using System.Net;

namespace Steth.OpenStack.Neutron;

/// <summary>
/// Which resources are asked for, and which of their fields. Filters of different names must all hold; of filters with one name, one.
/// </summary>
public sealed record NeutronQuery
{
    /// <summary>Everything.</summary>
    public static NeutronQuery All { get; } = new();

    /// <summary>The filters, as Neutron names them.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Filters { get; private init; } = [];

    /// <summary>The fields wanted; empty: all.</summary>
    public ImmutableArray<string> Fields { get; private init; } = [];

    /// <summary>Only with this id.</summary>
    public NeutronQuery WithId(string id) => With("id", id);

    /// <summary>Only with this name.</summary>
    public NeutronQuery WithName(string name) => With("name", name);

    /// <summary>Only ports with this MAC address; Neutron compares it in lower case with colons.</summary>
    public NeutronQuery WithMacAddress(string macAddress) => With("mac_address", macAddress);

    /// <summary>Only ports with this fixed address.</summary>
    public NeutronQuery WithFixedIp(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return With("fixed_ips", $"ip_address={address}");
    }

    /// <summary>Only ports of this instance or router.</summary>
    public NeutronQuery WithDeviceId(string deviceId) => With("device_id", deviceId);

    /// <summary>Only ports with this owner: <c>network:dhcp</c>.</summary>
    public NeutronQuery WithDeviceOwner(string deviceOwner) => With("device_owner", deviceOwner);

    /// <summary>Only what is on this network.</summary>
    public NeutronQuery WithNetworkId(string networkId) => With("network_id", networkId);

    /// <summary>Only ports bound to this host.</summary>
    public NeutronQuery WithHostId(string host) => With("binding:host_id", host);

    /// <summary>Only the floating IP with this outer address.</summary>
    public NeutronQuery WithFloatingIpAddress(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return With("floating_ip_address", address.ToString());
    }

    /// <summary>Only floating IPs of this port.</summary>
    public NeutronQuery WithPortId(string portId) => With("port_id", portId);

    /// <summary>Only what has this value in this field.</summary>
    public NeutronQuery With(string field, string value) => this with { Filters = Filters.Add(new(field, value)) };

    /// <summary>Only these fields are sent; the id always is.</summary>
    public NeutronQuery Select(params ReadOnlySpan<string> fields) => this with { Fields = [.. Fields, .. fields] };

    /// <summary>The query part of the address; <paramref name="limit"/> and <paramref name="marker"/> name a page.</summary>
    internal string ToUriQuery(int? limit, string? marker)
    {
        var pairs = Filters.ToList();
        if (!Fields.IsEmpty)
            pairs.AddRange(Fields.Prepend("id").Distinct().Select(f => KeyValuePair.Create("fields", f)));
        if (limit is { } most)
            pairs.Add(new("limit", FormattableString.Invariant($"{most}")));
        if (marker is not null)
            pairs.Add(new("marker", marker));
        return string.Join('&', pairs.Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}"));
    }
}
