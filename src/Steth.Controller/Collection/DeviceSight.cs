using Steth.Contracts.Operations;
using Steth.Diagnosis.Checks;
using Steth.Diagnosis.Paths;

namespace Steth.Controller.Collection;

/// <summary>What one device of a path saw of an experiment.</summary>
internal sealed record DeviceSight
{
    /// <summary>Name of the node.</summary>
    public required string Host { get; init; }

    /// <summary>The device.</summary>
    public required PortDevice Device { get; init; }

    /// <summary>It could be listened on.</summary>
    public required bool Listened { get; init; }

    /// <summary>Why not, or what makes "not seen" worthless.</summary>
    public string? Caveat { get; init; }

    /// <summary>Going from the guest.</summary>
    public IReadOnlyList<string> Outbound { get; init; } = [];

    /// <summary>Going to the guest.</summary>
    public IReadOnlyList<string> Inbound { get; init; } = [];

    /// <summary>Tag the frames had.</summary>
    public int? Vlan { get; init; }

    /// <summary>A NIC: it carries frames between hosts.</summary>
    public bool IsNic => Device.Kind == PortDeviceKind.Nic;

    /// <summary>The two rows of the device.</summary>
    public IEnumerable<PathRow> Rows() =>
    [
        new PathRow(Host, Device.Device, Device.Namespace, PathDirection.Outbound, Listened ? Outbound : null),
        new PathRow(Host, Device.Device, Device.Namespace, PathDirection.Inbound, Listened ? Inbound : null),
    ];

    /// <summary>Joins what an agent's own trace saw with its wiring; the tags come from captures on the NICs.</summary>
    public static IReadOnlyList<DeviceSight> OfTrace(
        string host, PortWiringResult wiring, IReadOnlyList<TracedDevice> traced, IReadOnlyList<DeviceSight> nics) =>
        [.. traced.Select(t => new DeviceSight
        {
            Host = host,
            Device = wiring.Devices.FirstOrDefault(d => d.Device == t.Device && d.Namespace == t.Namespace)
                ?? new PortDevice { Device = t.Device, Namespace = t.Namespace, Kind = PortDeviceKind.Nic },
            Listened = t.Listened,
            Caveat = t.Note,
            Outbound = t.Outbound,
            Inbound = t.Inbound,
            Vlan = nics.FirstOrDefault(n => n.Device.Device == t.Device && n.Device.Namespace == t.Namespace)?.Vlan,
        })];

    /// <summary>The hops of a path; neighbouring NICs of one host are one hop, for any of them may carry a frame.</summary>
    public static HopSequence Path(IEnumerable<DeviceSight> devices)
    {
        var hops = new List<Hop>();
        DeviceSight? previous = null;
        foreach (var device in devices)
        {
            var hop = device.Hop();
            if (previous is { IsNic: true } && device.IsNic && previous.Host == device.Host)
                hops[^1] = Merge(hops[^1], hop);
            else
                hops.Add(hop);
            previous = device;
        }
        return new HopSequence(hops);
    }

    private Hop Hop() => new()
    {
        Host = Host,
        Device = Device.Device,
        Namespace = Device.Namespace,
        Listened = Listened,
        Caveat = Caveat,
        Problem = Device.Problem,
        Remedy = WiringRemedy.For(Host, Device),
        Outbound = Outbound,
        Inbound = Inbound,
        Vlan = Vlan,
    };

    private static Hop Merge(Hop a, Hop b) => a with
    {
        Device = $"{a.Device}/{b.Device}",
        Listened = a.Listened && b.Listened,
        Caveat = a.Caveat ?? b.Caveat,
        Problem = a.Problem ?? b.Problem,
        Remedy = a.Problem is null ? b.Remedy : a.Remedy,
        Outbound = [.. a.Outbound.Union(b.Outbound)],
        Inbound = [.. a.Inbound.Union(b.Inbound)],
        Vlan = a.Vlan ?? b.Vlan,
    };
}
