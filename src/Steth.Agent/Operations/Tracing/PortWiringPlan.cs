using System.Globalization;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Agent.Operations.Tracing;

/// <summary>
/// Works out from a host's facts how it wires a port. Names follow nova and Neutron: prefix and the first 11 characters of the port id.
/// </summary>
public static class PortWiringPlan
{
    private const int DeadVlan = 4095;
    private const int IdLength = 11;
    private static readonly string[] _routerPrefixes = ["qr-", "qg-"];

    /// <summary>The wiring of a port.</summary>
    /// <exception cref="OperationException">NoSuchDevice when neither Open vSwitch nor the kernel knows the port.</exception>
    public static PortWiringResult Resolve(PortWiringParams wanted, WiringEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(evidence);
        var plugged = PluggedPort.Find(evidence.Ovs, wanted.PortId);
        var shortId = wanted.PortId.ToString()[..IdLength];
        if (plugged is null && !Prefixes(shortId).Any(n => evidence.Interface(n) is not null))
        {
            var ovs = evidence.Ovs.Running
                ? "Open vSwitch has no interface with that iface-id"
                : $"Open vSwitch does not answer ({evidence.Ovs.Reason})";
            throw new OperationException(OperationErrorCode.NoSuchDevice,
                $"The port {wanted.PortId} is not on this host: {ovs}, and there is no device tap{shortId} or qvo{shortId}.");
        }
        var integration = plugged?.Bridge ?? IntegrationBridge(evidence.Ovs);
        var plug = PlugOf(plugged, shortId, evidence);
        var devices = plug switch
        {
            PortPlug.Hybrid => Hybrid(shortId, plugged, integration, evidence),
            PortPlug.Internal => [Internal(plugged!, evidence)],
            _ => [Native(plugged?.Interface.Name ?? "tap" + shortId, plugged, integration, evidence)],
        };
        return new PortWiringResult
        {
            PortId = wanted.PortId,
            Mac = plugged?.Interface.ExternalIds.GetValueOrDefault("attached-mac") is { } mac
                && MacAddress.TryParse(mac, null, out var parsed) ? parsed : null,
            Plug = plug,
            NetworkId = Guid.TryParse(plugged?.Config("net_uuid"), out var network) ? network : null,
            NetworkType = plugged?.Config("network_type"),
            PhysicalNetwork = plugged?.Config("physical_network"),
            SegmentationId =
                int.TryParse(plugged?.Config("segmentation_id"), CultureInfo.InvariantCulture, out var segment) ? segment : null,
            LocalVlan = plugged?.Port.Tag,
            Devices = [.. devices,
                .. ProviderNics.Find(integration, plugged, wanted.PhysicalInterface, evidence).Select(n => Nic(n.Nic, n.Bridge, evidence))],
        };
    }

    private static string[] Prefixes(string shortId) => ["tap" + shortId, "qvo" + shortId, "qbr" + shortId];

    private static PortPlug PlugOf(PluggedPort? plugged, string shortId, WiringEvidence evidence)
    {
        if (plugged?.Interface.Type == "internal")
            return PortPlug.Internal;
        var hybrid = plugged?.Interface.Name == "qvo" + shortId || evidence.Interface("qbr" + shortId) is not null
            || evidence.Interface("qvo" + shortId) is not null;
        return hybrid ? PortPlug.Hybrid : PortPlug.Native;
    }

    // Where Open vSwitch does not know the port, the bridge that holds other Neutron ports is the one it should be on.
    private static OvsBridge? IntegrationBridge(OvsShowResult ovs) =>
        ovs.Bridges
            .Select(b => (Bridge: b, Ports: b.Ports.Count(p => p.Interfaces.Any(i => i.ExternalIds.ContainsKey("iface-id")))))
            .Where(b => b.Ports > 0).OrderByDescending(b => b.Ports).Select(b => b.Bridge).FirstOrDefault()
        ?? ovs.Bridges.FirstOrDefault(b => b.Name == "br-int");

    private static PortDevice[] Hybrid(string shortId, PluggedPort? plugged, OvsBridge? integration, WiringEvidence evidence)
    {
        var qbr = "qbr" + shortId;
        return
        [
            Enslaved("tap" + shortId, PortDeviceKind.Tap, qbr, evidence),
            Device(qbr, PortDeviceKind.Qbr, null, Faults.OfKernel(evidence.Interface(qbr))),
            Enslaved("qvb" + shortId, PortDeviceKind.Qvb, qbr, evidence),
            OnIntegration("qvo" + shortId, PortDeviceKind.Qvo, plugged, integration, evidence),
        ];
    }

    private static PortDevice Native(string tap, PluggedPort? plugged, OvsBridge? integration, WiringEvidence evidence) =>
        OnIntegration(tap, PortDeviceKind.Tap, plugged, integration, evidence);

    private static PortDevice OnIntegration(
        string name, PortDeviceKind kind, PluggedPort? plugged, OvsBridge? integration, WiringEvidence evidence) =>
        Device(name, kind, integration?.Name,
            [.. Faults.OfKernel(evidence.Interface(name)), .. Faults.OfOvs(plugged, integration, evidence.Ovs.Running)]);

    private static PortDevice Internal(PluggedPort plugged, WiringEvidence evidence)
    {
        var name = plugged.Interface.Name;
        var facts = evidence.ServiceDevice?.Facts ?? evidence.Interface(name);
        return Device(
            name, KindOf(name), plugged.Bridge.Name, [.. Faults.OfKernel(facts), .. Faults.OfOvs(plugged, plugged.Bridge)])
            with
        { Namespace = evidence.ServiceDevice?.Namespace.ToString() };
    }

    private static PortDeviceKind KindOf(string serviceDevice) =>
        _routerPrefixes.Any(p => serviceDevice.StartsWith(p, StringComparison.Ordinal)) ? PortDeviceKind.Router : PortDeviceKind.Tap;

    private static PortDevice Enslaved(string name, PortDeviceKind kind, string bridge, WiringEvidence evidence)
    {
        var facts = evidence.Interface(name);
        var faults = Faults.OfKernel(facts).ToList();
        if (facts is not null && facts.Master != bridge)
            faults.Add(new(
                WiringProblem.OffBridge, facts.Master is { } other ? $"on {other} instead of {bridge}" : $"not on its bridge {bridge}"));
        return Device(name, kind, bridge, faults);
    }

    private static PortDevice Nic(string name, string? bridge, WiringEvidence evidence) =>
        Device(name, PortDeviceKind.Nic, bridge, Faults.OfKernel(evidence.Interface(name)));

    private static PortDevice Device(string name, PortDeviceKind kind, string? bridge, IReadOnlyCollection<Fault> faults)
    {
        var device = new PortDevice
        {
            Device = name,
            Kind = kind,
            Bridge = bridge,
            Problem = faults.Count == 0 ? null : string.Join("; ", faults.Select(f => f.Words)),
        };
        return faults.Count == 0 ? device : device with { Problems = [.. faults.Select(f => f.Problem)] };
    }

    /// <summary>What is wrong with a device, for programs and for readers.</summary>
    private readonly record struct Fault(WiringProblem Problem, string Words);

    /// <summary>What a kernel device or its Open vSwitch port shows to be wrong.</summary>
    private static class Faults
    {
        public static IReadOnlyCollection<Fault> OfKernel(InterfaceFacts? facts) => facts switch
        {
            null => [new(WiringProblem.Missing, "missing")],
            { AdminUp: false } => [new(WiringProblem.Down, "down")],
            { Carrier: false } => [new(WiringProblem.NoCarrier, "no carrier")],
            _ => [],
        };

        public static IEnumerable<Fault> OfOvs(PluggedPort? plugged, OvsBridge? integration, bool isRead = true)
        {
            // A database that did not answer tells nothing of what is in it.
            if (plugged is null && !isRead)
                yield break;
            if (plugged is null)
            {
                yield return new(WiringProblem.OffBridge, $"not on its bridge {integration?.Name ?? "(none found)"}");
                yield break;
            }
            if (plugged.Interface.Error is { } error)
                yield return new(WiringProblem.OvsError, $"Open vSwitch cannot use it: {error}");
            if (plugged.Port.Tag == DeadVlan)
                yield return new(WiringProblem.DeadVlan, $"tag {DeadVlan} (dead VLAN)");
            else if (plugged.IntendedTag is { } intended && plugged.Port.Tag != intended)
                yield return new(
                    WiringProblem.WrongTag, $"{(plugged.Port.Tag is { } tag ? $"tag {tag}" : "no tag")} instead of {intended}");
        }
    }
}
