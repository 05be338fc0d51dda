using System.Text.Json.Nodes;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Agent.Compat;

/// <summary>check_dhcp_on_comp and check_dhcp_on_net.</summary>
internal sealed class DhcpMethods(Dispatcher dispatcher)
{
    private static readonly string[] NetworkTypes = ["vlan", "vxlan", "flat", "gre", "geneve", "local"];

    /// <summary>{tap, qvb, qbr, qvo, NIC: DHCP message names seen}; a native plug has no qvb, qbr and qvo.</summary>
    public async Task<CompatAnswer> CheckDhcpOnCompAsync(CompatParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        var trace = new DhcpTraceParams
        {
            PortId = parameters.Parse<Guid>("port_id"),
            Mac = parameters.Parse<MacAddress>("port_mac"),
            PhysicalInterface = parameters.Parse<DeviceName>("phy_iface"),
        };
        var networkType = NetworkType(parameters);
        await RequireAsync(trace.PhysicalInterface, call, cancellationToken);
        var result = await dispatcher.InvokeAsync(AgentOperations.DhcpTrace, trace, call, cancellationToken);
        return Answer(result.Wiring, networkType, result.Devices, device => Key(result.Wiring, device),
            device => [.. device.Outbound, .. device.Inbound]);
    }

    /// <summary>{device: ARP operations seen}.</summary>
    public async Task<CompatAnswer> CheckDhcpOnNetAsync(CompatParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        var trace = new ArpTraceParams
        {
            NetworkId = parameters.Parse<Guid>("net_id"),
            TargetIp = parameters.Address("port_ip"),
            PhysicalInterface = parameters.Parse<DeviceName>("phy_iface"),
        };
        var networkType = NetworkType(parameters);
        await RequireAsync(trace.PhysicalInterface, call, cancellationToken);
        var result = await dispatcher.InvokeAsync(AgentOperations.ArpTrace, trace, call, cancellationToken);
        return Answer(
            result.Wiring, networkType, result.Devices, device => device.Device, device => [.. device.Inbound, .. device.Outbound]);
    }

    /// <summary>The caller names the NIC to listen on: one that is not there is refused before anything is sent.</summary>
    /// <exception cref="OperationException">NoSuchDevice.</exception>
    private Task<InterfaceListResult> RequireAsync(DeviceName? nic, CallContext call, CancellationToken cancellationToken) =>
        dispatcher.InvokeAsync(AgentOperations.InterfaceList, new InterfaceListParams { Interface = nic }, call, cancellationToken);

    /// <param name="wiring">What was traced.</param>
    /// <param name="networkType">What the caller takes the network for.</param>
    /// <param name="devices">What they saw.</param>
    /// <param name="key">What a device is called in the answer.</param>
    /// <param name="seen">What a device saw, the question's direction first.</param>
    private static CompatAnswer Answer(
        PortWiringResult wiring,
        string networkType,
        IReadOnlyList<TracedDevice> devices,
        Func<TracedDevice, string> key,
        Func<TracedDevice, IEnumerable<string>> seen)
    {
        var data = new JsonObject();
        foreach (var group in devices.GroupBy(key))
        {
            var names = group.SelectMany(seen).Distinct(StringComparer.Ordinal);
            data[group.Key] = new JsonArray([.. names.Select(n => JsonValue.Create(n))]);
        }
        var remarks = devices.Where(d => d.Note is not null).Select(d => $"{d.Device}: {d.Note}");
        if (wiring.NetworkType is { } actual && actual != networkType)
            remarks = remarks.Prepend($"the network is of type {actual}, not {networkType}");
        return new CompatAnswer(0, string.Join("; ", remarks), data);
    }

    private static string Key(PortWiringResult wiring, TracedDevice traced) =>
        wiring.Devices.FirstOrDefault(d => d.Device == traced.Device && d.Namespace == traced.Namespace)?.Kind switch
        {
            PortDeviceKind.Tap => "tap",
            PortDeviceKind.Qvb => "qvb",
            PortDeviceKind.Qbr => "qbr",
            PortDeviceKind.Qvo => "qvo",
            _ => traced.Device,
        };

    private static string NetworkType(CompatParams parameters)
    {
        var type = parameters.OptionalText("net_type") ?? "vlan";
        return NetworkTypes.Contains(type, StringComparer.Ordinal)
            ? type
            : throw parameters.Refuse("net_type", $"one of {string.Join(", ", NetworkTypes)}");
    }
}
