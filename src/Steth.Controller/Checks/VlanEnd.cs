using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Readiness.Vlans;

namespace Steth.Controller.Checks;

/// <summary>One node of a VLAN check and what is known of it so far.</summary>
internal sealed class VlanEnd(int number, Node node)
{
    /// <summary>Its number among the nodes.</summary>
    public int Number => number;

    /// <summary>The node.</summary>
    public Node Node => node;

    /// <summary>The NIC; null when there is none.</summary>
    public InterfaceFacts? Nic { get; private set; }

    /// <summary>The links of the NIC: itself, or the members of a bond; empty: there is no NIC, or the node is silent.</summary>
    public IReadOnlyList<DeviceName> Links { get; private set; } = [];

    private string? Silent { get; set; }

    private string? Problem { get; set; }

    /// <summary>It can be probed.</summary>
    public bool IsProbed => Evidence().IsProbed;

    /// <summary>The NIC's name.</summary>
    public DeviceName Device => DeviceName.Parse(Nic!.Name);

    /// <summary>Takes what a node answered about its interfaces.</summary>
    public void Take(Answer<InterfaceListResult> answer, NicChoice choice)
    {
        if (answer.Result is { } list)
            (Nic, Problem) = NodeNic.Find(node, choice, list.Interfaces);
        else
            Take(answer.Failure!);
        if (Nic is { } nic && !DeviceName.TryParse(nic.Name, null, out _))
            (Nic, Problem) = (null, "The agent names an interface that no kernel has.");
        if (Nic is not null)
        {
            var members = Nic.Kind == "bond" ? answer.Result!.Interfaces.Where(device => device.Master == Nic.Name) : [];
            Links = [.. members.Select(device => device.Name).DefaultIfEmpty(Nic.Name).Take(64)
                .Where(name => DeviceName.TryParse(name, null, out _)).Select(name => DeviceName.Parse(name))];
        }
    }

    /// <summary>Takes a call that failed: of an agent that is silent nothing more is expected.</summary>
    /// <returns>Whether the agent answered, and only this call failed.</returns>
    public bool Take(AgentException failure)
    {
        if (failure.IsSilent)
            Silent ??= failure.Message;
        else if (Nic is null)
            Problem ??= failure.Message;
        return !failure.IsSilent;
    }

    /// <summary>What is known of it.</summary>
    public VlanNode Evidence() => new()
    {
        Name = node.Name,
        Nic = Nic?.Name,
        Silent = Silent,
        Problem = Problem,
        AdminUp = Nic?.AdminUp,
        Carrier = Nic?.Carrier,
    };
}
