namespace Steth.OpenStack.Neutron;

/// <summary>A Neutron agent. What was not sent is null or empty.</summary>
public sealed record NeutronAgent
{
    /// <summary>The id; empty when it was not among the fields asked for.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>Open vSwitch agent, DHCP agent, L3 agent, Metadata agent.</summary>
    public string? AgentType { get; init; }

    /// <summary>The program.</summary>
    public string? Binary { get; init; }

    /// <summary>The host it runs on.</summary>
    public string? Host { get; init; }

    /// <summary>Whether the scheduler may use it.</summary>
    public bool? AdminStateUp { get; init; }

    /// <summary>Whether it has reported lately.</summary>
    public bool? Alive { get; init; }

    /// <summary>When it was started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it last reported.</summary>
    public DateTimeOffset? HeartbeatTimestamp { get; init; }

    /// <summary>Its availability zone.</summary>
    public string? AvailabilityZone { get; init; }

    /// <summary>active or standby, among the L3 agents of an HA router; null otherwise.</summary>
    public string? HaState { get; init; }

    /// <summary>What it says of its own configuration.</summary>
    public NeutronAgentConfiguration? Configurations { get; init; }
}
