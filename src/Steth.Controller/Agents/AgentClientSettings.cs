using Steth.Identity;

namespace Steth.Controller.Agents;

/// <summary>How <see cref="AgentClient"/> treats the wire.</summary>
public sealed record AgentClientSettings
{
    /// <summary>Five heartbeats.</summary>
    public static readonly TimeSpan DefaultSilence = TimeSpan.FromSeconds(5);

    /// <summary>The operator's certificates; null: plain HTTP, for agents that run with <c>--insecure</c>.</summary>
    public IdentityBundle? Identity { get; init; }

    /// <summary>How long the TCP connection may take to come about; what follows counts as the answer.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a stream may go without a line; an agent sends a heartbeat every second.</summary>
    public TimeSpan Silence { get; init; } = DefaultSilence;

    /// <summary>The longest line of a stream that is read, in bytes.</summary>
    public int MaxLineBytes { get; init; } = 4 << 20;

    /// <summary>The longest answer of a plain call that is read, in bytes; the flows of a large bridge are some tens of MiB.</summary>
    public int MaxAnswerBytes { get; init; } = 128 << 20;
}
