using System.Net;
using Steth.Agent.Audit;
using Steth.Contracts;

namespace Steth.Agent.Host;

/// <summary>How the agent is set up.</summary>
public sealed record AgentOptions
{
    /// <summary>Where a node's bundle belongs.</summary>
    public const string DefaultTls = "/etc/steth/node";

    /// <summary>Where the audit goes when nothing is said; the unit's LogsDirectory.</summary>
    public const string DefaultAudit = "/var/log/steth/audit.log";

    /// <summary>Where to listen.</summary>
    public IPAddress Listen { get; init; } = IPAddress.Any;

    /// <summary>The TCP port, 0–65535; 0 takes a free one.</summary>
    public int Port { get; init; } = 9698;

    /// <summary>What Neutron calls this host where that is not its host name; null: its host name.</summary>
    public string? NeutronHost { get; init; }

    /// <summary>Folder of the node's bundle: <c>ca.pem</c>, <c>cert.pem</c>, <c>key.pem</c>, <c>crl.pem</c>.</summary>
    public string Tls { get; init; } = DefaultTls;

    /// <summary>Folder of the journals of leases; gone after a boot, as what they name is.</summary>
    public string StateDir { get; init; } = "/run/steth";

    /// <summary>What callers may do at most, whatever their certificates say.</summary>
    public Role MaxRole { get; init; } = Role.Change;

    /// <summary>Where the audit goes: an absolute path, or <see cref="AuditLog.Journal"/>.</summary>
    public string Audit { get; init; } = DefaultAudit;

    /// <summary>Plain HTTP without certificates: whoever reaches the port may do all that <see cref="MaxRole"/> allows.</summary>
    public bool Insecure { get; init; }
}
