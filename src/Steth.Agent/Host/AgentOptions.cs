using System.Net;

namespace Steth.Agent.Host;

/// <summary>How the agent is set up.</summary>
public sealed record AgentOptions
{
    /// <summary>Where to listen.</summary>
    public IPAddress Listen { get; init; } = IPAddress.Any;

    /// <summary>The TCP port, 0–65535; 0 takes a free one.</summary>
    public int Port { get; init; } = 9698;

    /// <summary>What Neutron calls this host where that is not its host name; null: its host name.</summary>
    public string? NeutronHost { get; init; }

    /// <summary>Plain HTTP is meant.</summary>
    public bool Insecure { get; init; }
}
