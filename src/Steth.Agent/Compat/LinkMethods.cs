using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Agent.Compat;

/// <summary>get_interface, validate_ip, add_vlan_to_interface, setup_link and teardown_link.</summary>
internal sealed class LinkMethods(Dispatcher dispatcher)
{
    private static readonly DeviceName DefaultInterface = DeviceName.Parse("eth0");

    /// <summary>
    /// {name, state, inet, netmask, broadcast, ether} as ifconfig(8) told: the first IPv4 address, UP for IFF_UP; "" for what there is not.
    /// </summary>
    public async Task<CompatAnswer> GetInterfaceAsync(CompatParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        var name = parameters.Parse("interface", DefaultInterface);
        var list = await dispatcher.InvokeAsync(
            AgentOperations.InterfaceList, new InterfaceListParams { Interface = name }, call, cancellationToken);
        var facts = list.Interfaces[0];
        var inet = facts.Addresses.FirstOrDefault(a => a.Address.Address.AddressFamily == AddressFamily.InterNetwork);
        return CompatAnswer.Done(new JsonObject
        {
            ["name"] = facts.Name,
            ["state"] = facts.AdminUp ? "UP" : "DOWN",
            ["inet"] = inet?.Address.Address.ToString() ?? "",
            ["netmask"] = inet is null ? "" : Netmask(inet.Address.PrefixLength),
            ["broadcast"] = inet?.Broadcast?.ToString() ?? "",
            ["ether"] = facts.Mac?.ToString() ?? "",
        });
    }

    /// <summary>Works when some interface holds the address.</summary>
    public async Task<CompatAnswer> ValidateIpAsync(CompatParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        var ip = parameters.Address("ip");
        var list = await dispatcher.InvokeAsync(AgentOperations.InterfaceList, new InterfaceListParams(), call, cancellationToken);
        return list.Interfaces.Any(i => i.Addresses.Any(a => a.Address.Address.Equals(ip)))
            ? CompatAnswer.Done()
            : CompatAnswer.Failed($"No interface of this host holds {ip}.");
    }

    /// <summary>Makes INTERFACE.VLAN for good.</summary>
    public async Task<CompatAnswer> AddVlanToInterfaceAsync(CompatParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        var name = parameters.Parse<DeviceName>("interface");
        var vlan = parameters.Number("vlan_id");
        if (!VlanId.IsValid(vlan))
            throw parameters.Refuse("vlan_id", "a VLAN id, 1-4094");
        await dispatcher.InvokeAsync(
            AgentOperations.VlanAdd, new VlanAddParams { Interface = name, VlanId = new VlanId(vlan) }, call, cancellationToken);
        return CompatAnswer.Done();
    }

    /// <summary>Adds an address and brings the link up. The original removed every other address first; this never does, and
    /// leaves an interface in use alone.</summary>
    public async Task<CompatAnswer> SetupLinkAsync(CompatParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        var setup = new InterfaceSetupParams
        {
            Interface = parameters.Parse<DeviceName>("interface"),
            Cidr = parameters.Parse<InterfaceAddress>("cidr"),
            // Original clients cannot confirm.
            ConfirmSeconds = null,
        };
        await dispatcher.InvokeAsync(AgentOperations.InterfaceSetup, setup, call, cancellationToken);
        return CompatAnswer.Done();
    }

    /// <summary>Deletes a virtual link that an agent made.</summary>
    public async Task<CompatAnswer> TeardownLinkAsync(CompatParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        var teardown = new InterfaceTeardownParams { Interface = parameters.Parse<DeviceName>("interface") };
        await dispatcher.InvokeAsync(AgentOperations.InterfaceTeardown, teardown, call, cancellationToken);
        return CompatAnswer.Done();
    }

    private static string Netmask(int prefixLength) =>
        new IPAddress(prefixLength == 0 ? 0u : (uint)IPAddress.HostToNetworkOrder(-1 << (32 - prefixLength))).ToString();
}
