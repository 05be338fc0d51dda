using Steth.Agent.Kernel;
using Steth.Agent.Operations.Tracing;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.PortWiring"/> out.</summary>
/// <param name="ovs">Reads the Open vSwitch database.</param>
/// <param name="interfaces">Reads the devices of a namespace, given what the database holds.</param>
/// <param name="flows">Reads a bridge's flows; asked only where several provider bridges could carry the network.</param>
public sealed class PortWiringHandler(
    OperationHandler<OvsShowParams, OvsShowResult> ovs,
    Func<InterfaceListParams, Task<OvsShowResult>, CancellationToken, Task<InterfaceListResult>> interfaces,
    OperationHandler<OvsFlowsParams, OvsFlowsResult> flows)
{
    /// <summary>Gathers what the host tells and works the wiring out.</summary>
    /// <exception cref="OperationException">
    /// NoSuchDevice when the host does not know the port; what reading OVS, namespaces or devices fails with.
    /// </exception>
    public async Task<PortWiringResult> HandleAsync(PortWiringParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var reading = ovs(new OvsShowParams(), call, cancellationToken);
        var own = await interfaces(new InterfaceListParams(), reading, cancellationToken);
        var shown = await reading;
        var plugged = PluggedPort.Find(shown, parameters.PortId);
        return PortWiringPlan.Resolve(parameters, new WiringEvidence
        {
            Ovs = shown,
            Interfaces = own.Interfaces,
            ServiceDevice = plugged?.Interface.Type == "internal" ? await FindInNamespacesAsync(plugged, reading, cancellationToken) : null,
            Flows = plugged is null
                ? new Dictionary<string, IReadOnlyList<OvsFlow>>()
                : await FlowsAsync(plugged.Bridge, shown, call, cancellationToken),
        });
    }

    private async Task<NamespacedDevice?> FindInNamespacesAsync(
        PluggedPort plugged, Task<OvsShowResult> shown, CancellationToken cancellationToken)
    {
        var device = DeviceName.Parse(plugged.Interface.Name);
        var held = Devices.Held(NetworkNamespace.List(), [device]);
        if (held.Where(h => h.Value.Count > 0).Select(h => (NamespaceName?)h.Key).FirstOrDefault() is not { } inside)
            return null;
        var found = await interfaces(new InterfaceListParams { Interface = device, Namespace = inside }, shown, cancellationToken);
        return new NamespacedDevice(inside, found.Interfaces[0]);
    }

    private async Task<Dictionary<string, IReadOnlyList<OvsFlow>>> FlowsAsync(
        OvsBridge integration, OvsShowResult shown, CallContext call, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, IReadOnlyList<OvsFlow>>();
        if (ProviderNics.Candidates(integration, shown) is not { Count: > 1 } candidates)
            return found;
        foreach (var bridge in candidates)
        {
            try
            {
                var dump = await flows(new OvsFlowsParams { Bridge = DeviceName.Parse(bridge.Name) }, call, cancellationToken);
                found.Add(bridge.Name, dump.Flows);
            }
            catch (OperationException)
            {
                // Without its flows a bridge is not told from the others; the NICs of all of them are then reported.
            }
        }
        return found;
    }
}
