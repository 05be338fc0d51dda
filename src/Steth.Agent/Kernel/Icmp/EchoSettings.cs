using System.Net;
using Steth.Contracts.Names;

namespace Steth.Agent.Kernel.Icmp;

/// <summary>How a run's sockets are made.</summary>
internal sealed record EchoSettings
{
    /// <summary>ICMP identifier of the run.</summary>
    public required ushort Identifier { get; init; }

    /// <summary>ICMP payload in bytes.</summary>
    public required int Size { get; init; }

    /// <summary>How many targets the run has; sizes the buffers.</summary>
    public required int Targets { get; init; }

    /// <summary>Set DF, or refuse to fragment.</summary>
    public required bool DontFragment { get; init; }

    /// <summary>As <see cref="DontFragment"/>, and the kernel is not to heed what it remembers of paths.</summary>
    public bool ProbePathMtu { get; init; }

    /// <summary>Send from this address; null: the routes choose.</summary>
    public IPAddress? Source { get; init; }

    /// <summary>Send by this device, and receive by any; null: by the routes.</summary>
    public DeviceName? Outgoing { get; init; }

    /// <summary>Broadcast addresses are allowed.</summary>
    public required bool Broadcast { get; init; }

    /// <summary>Send by this device only; null: by the routes.</summary>
    public DeviceName? Interface { get; init; }

    /// <summary>The sockets' namespace; null: the agent's own.</summary>
    public NamespaceName? Namespace { get; init; }
}
