using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Checks.Addresses;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness.Nics;

namespace Steth.Controller.Checks;

/// <summary>Which NICs of a node carry its networks: the physical ones, a bond before its members.</summary>
internal static class NetworkNics
{
    /// <summary>
    /// Finds them. Of a node without networks, one that is in no configuration, all physical NICs and bonds that are up are taken.
    /// </summary>
    /// <returns>The NICs, each once, and the networks without any.</returns>
    public static (IReadOnlyList<NicPlace> Nics, IReadOnlyList<NicGap> Gaps) Of(NodeFacts facts, IReadOnlyList<string> networks)
    {
        var carried = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var order = new List<string>();
        var gaps = new List<NicGap>();
        foreach (var network in facts.Node.Networks.Where(n => networks.Contains(n.Type)).DistinctBy(n => n.Type))
        {
            var (devices, problem) = Carriers(facts, network);
            if (problem is not null)
                gaps.Add(new NicGap(network.Type, problem));
            foreach (var device in devices)
                Carry(device, network.Type);
        }
        if (facts.Node.Networks.Count == 0)
        {
            foreach (var device in facts.Interfaces.Where(IsFreeNic).Select(i => facts.Nics.BondOf(i.Name)).Where(IsName))
                Carry(device, null);
        }
        return ([.. order.SelectMany(device => Places(facts, device, carried[device]))], gaps);

        void Carry(string device, string? network)
        {
            if (carried.TryAdd(device, []))
                order.Add(device);
            if (network is not null && !carried[device].Contains(network))
                carried[device].Add(network);
        }
    }

    private static (IReadOnlyList<string> Devices, string? Problem) Carriers(NodeFacts facts, NodeNetwork network)
    {
        var named = network.Nic is { } nic ? facts.Nics.Find(nic) : null;
        if ((named ?? facts.Nics.Holder(network.Address)) is not { } start)
        {
            return ([], network.Nic is null
                ? $"no interface has the address {network.Address}"
                : $"there is no NIC '{network.Nic}', and no interface has the address {network.Address}");
        }
        string[] devices = [.. facts.Nics.Uplinks(start.Name).Select(u => facts.Nics.BondOf(u.Nic)).Distinct().Where(IsName)];
        return devices.Length > 0 ? (devices, null) : ([], $"which NIC is below {start.Name} is not known");
    }

    private static IEnumerable<NicPlace> Places(NodeFacts facts, string device, List<string> networks)
    {
        var isBond = facts.Nics.Find(device)?.Kind == "bond";
        yield return new NicPlace { Nic = device, Role = isBond ? NicRole.Bond : NicRole.Single, Networks = networks };
        foreach (var member in isBond ? facts.Interfaces.Where(i => i.Master == device && IsName(i.Name)) : [])
            yield return new NicPlace { Nic = member.Name, Role = NicRole.Member, Networks = networks, Bond = device };
    }

    private static bool IsFreeNic(InterfaceFacts device) =>
        device is { Kind: null or "bond", AdminUp: true } && device.Name != "lo" && device.Mac is not null && IsName(device.Name);

    // An agent may lie.
    private static bool IsName(string device) => DeviceName.TryParse(device, null, out _);
}
