namespace Steth.Agent.Tools.Iperf;

/// <summary>What either iperf says at the end of a run.</summary>
public sealed record IperfOutcome
{
    /// <summary>Why it failed, in the tool's words; null when it did not, and then the rest holds.</summary>
    public string? Error { get; init; }

    /// <summary>Mean rate; at the receiver where the tool tells.</summary>
    public double BitsPerSecond { get; init; }

    /// <summary>Bytes that arrived; those sent where the tool tells no more.</summary>
    public long Bytes { get; init; }

    /// <summary>How long it took.</summary>
    public double Seconds { get; init; }

    /// <summary>TCP segments sent again; null when not told.</summary>
    public long? Retransmits { get; init; }

    /// <summary>UDP jitter at the receiver; null when not told.</summary>
    public double? JitterMs { get; init; }

    /// <summary>UDP datagrams lost, 0–100; null when not told.</summary>
    public double? LossPercent { get; init; }

    /// <summary>CPU that the sending side used, in percent of one; null when not told.</summary>
    public double? SenderCpuPercent { get; init; }

    /// <summary>CPU that the receiving side used, in percent of one; null when not told.</summary>
    public double? ReceiverCpuPercent { get; init; }
}
