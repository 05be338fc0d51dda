namespace Steth.OpenStack.Neutron;

/// <summary>The kinds of things that are read from Neutron.</summary>
public static class NeutronResources
{
    /// <summary>/v2.0/ports.</summary>
    public static NeutronResource<NeutronPort> Ports { get; } = new("ports", "port", "ports", NeutronJson.Default.NeutronPort);

    /// <summary>/v2.0/networks.</summary>
    public static NeutronResource<NeutronNetwork> Networks { get; } = new(
        "networks", "network", "networks", NeutronJson.Default.NeutronNetwork);

    /// <summary>/v2.0/subnets.</summary>
    public static NeutronResource<NeutronSubnet> Subnets { get; } = new("subnets", "subnet", "subnets", NeutronJson.Default.NeutronSubnet);

    /// <summary>/v2.0/routers.</summary>
    public static NeutronResource<NeutronRouter> Routers { get; } = new("routers", "router", "routers", NeutronJson.Default.NeutronRouter);

    /// <summary>/v2.0/floatingips.</summary>
    public static NeutronResource<NeutronFloatingIp> FloatingIps { get; } =
        new("floatingips", "floatingip", "floatingips", NeutronJson.Default.NeutronFloatingIp);

    /// <summary>/v2.0/agents; administrators only.</summary>
    public static NeutronResource<NeutronAgent> Agents { get; } = new("agents", "agent", "agents", NeutronJson.Default.NeutronAgent);

    /// <summary>/v2.0/security-groups, with their rules.</summary>
    public static NeutronResource<NeutronSecurityGroup> SecurityGroups { get; } =
        new("security-groups", "security_group", "security_groups", NeutronJson.Default.NeutronSecurityGroup);
}
