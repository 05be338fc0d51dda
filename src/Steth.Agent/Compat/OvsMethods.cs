using System.Text.Json.Nodes;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Compat;

/// <summary>check_ports_on_br.</summary>
internal sealed class OvsMethods(Dispatcher dispatcher)
{
    /// <summary>{port: whether the bridge has it}; an interface of a bond counts as well.</summary>
    public async Task<CompatAnswer> CheckPortsOnBrAsync(CompatParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        var name = parameters.OptionalText("bridge") ?? "br-ex";
        var ports = parameters.Texts("ports", ["eth3"]);
        var ovs = await dispatcher.InvokeAsync(AgentOperations.OvsShow, new OvsShowParams(), call, cancellationToken);
        if (!ovs.Running)
            return CompatAnswer.Failed(ovs.Reason ?? "Open vSwitch does not run on this host.");
        if (ovs.Bridges.FirstOrDefault(b => b.Name == name) is not { } bridge)
        {
            return CompatAnswer.Failed(ovs.Bridges.Count == 0
                ? $"There is no bridge '{name}' on this host; Open vSwitch has none."
                : $"There is no bridge '{name}' on this host; Open vSwitch has {string.Join(", ", ovs.Bridges.Select(b => b.Name))}.");
        }
        var known = bridge.Ports.SelectMany(p => p.Interfaces.Select(i => i.Name).Append(p.Name)).ToHashSet(StringComparer.Ordinal);
        var found = new JsonObject();
        foreach (var port in ports)
            found[port] = known.Contains(port);
        return CompatAnswer.Done(found);
    }
}
