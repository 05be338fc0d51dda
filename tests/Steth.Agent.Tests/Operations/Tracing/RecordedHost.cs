using Steth.Agent.Operations.Tracing;
using Steth.Agent.Tests.Recorded;
using Steth.Agent.Tools.Ip;
using Steth.Agent.Tools.Ovs;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Operations.Tracing;

/// <summary>Hosts of a real ML2/OVS cloud: comp1 with hybrid plugs, comp2 with native ones, net1 with DHCP and router ports.</summary>
internal static class RecordedHost
{
    public static readonly NamespaceName DhcpNamespace = NamespaceName.Parse("qdhcp-06eeb9a9-d3f4-4db2-9739-b11094b96a2d");

    public static WiringEvidence Evidence(string host) => new()
    {
        Ovs = OvsDatabase.Parse(Recording.Read($"wiring/{host}.ovs.json")),
        Interfaces = Interfaces($"wiring/{host}.ip.json"),
    };

    public static IReadOnlyList<InterfaceFacts> Interfaces(string path) => [.. LinkJson.Parse(Recording.Read(path)).Select(l => l.Facts)];

    public static WiringEvidence WithInterface(this WiringEvidence evidence, string name, Func<InterfaceFacts, InterfaceFacts?> change) =>
        evidence with { Interfaces = [.. evidence.Interfaces.Select(i => i.Name == name ? change(i) : i).OfType<InterfaceFacts>()] };

    public static WiringEvidence WithPort(this WiringEvidence evidence, string name, Func<OvsPort, OvsPort?> change) =>
        evidence with
        {
            Ovs = evidence.Ovs with
            {
                Bridges = [.. evidence.Ovs.Bridges.Select(b => b with
                {
                    Ports = [.. b.Ports.Select(p => p.Name == name ? change(p) : p).OfType<OvsPort>()],
                })],
            },
        };
}
