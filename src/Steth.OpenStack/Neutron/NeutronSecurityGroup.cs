using Steth.OpenStack.Transport;

namespace Steth.OpenStack.Neutron;

/// <summary>A security group with its rules. What was not sent is null or empty.</summary>
public sealed record NeutronSecurityGroup
{
    /// <summary>The id; empty when it was not among the fields asked for.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>The name.</summary>
    public string? Name { get; init; }

    /// <summary>Whether replies pass by connection tracking; null: an older Neutron, where they always do.</summary>
    public bool? Stateful { get; init; }

    /// <summary>What it lets pass; nothing else does.</summary>
    public IReadOnlyList<NeutronSecurityGroupRule> SecurityGroupRules
    {
        get;
        init => field = Lenient.List(value);
    } = [];

    /// <summary>Whose it is.</summary>
    public string? ProjectId { get; init; }
}
