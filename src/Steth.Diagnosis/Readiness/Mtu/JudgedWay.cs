using System.Globalization;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Mtu;

/// <summary>A directed pair and what it came to.</summary>
/// <param name="Pair">What was measured.</param>
/// <param name="From">The sender's interface; null: not known.</param>
/// <param name="To">The receiver's interface; null: not known.</param>
/// <param name="Need">The most that tenants need; null: nothing.</param>
internal sealed record JudgedWay(MtuPair Pair, MtuInterface? From, MtuInterface? To, (int Bytes, string Why)? Need)
{
    /// <summary>What has to pass: all that the sender's stack may send, and what tenants need; null: not known.</summary>
    public int? Needed => From?.Mtu is { } own && Need?.Bytes is { } bytes ? Math.Max(own, bytes) : From?.Mtu ?? Need?.Bytes;

    /// <summary>What is wrong.</summary>
    public MtuTrouble Trouble =>
        Pair.Problem is not null ? MtuTrouble.Unmeasured
        : Pair.Mtu is not { } mtu ? MtuTrouble.Silent
        : Needed is not { } needed ? MtuTrouble.Unmeasured
        : mtu >= needed ? MtuTrouble.None
        : From is null || (mtu < From.Mtu && (To is null || mtu < To.Mtu)) ? MtuTrouble.Path
        // All that the interfaces take passes; they take too little, or the receiver's less than the sender's.
        : mtu < From.Mtu ? MtuTrouble.Receiver
        : MtuTrouble.Sender;

    /// <summary>PASS, FAIL or UNKNOWN.</summary>
    public CheckState State => Trouble switch
    {
        MtuTrouble.None => CheckState.Pass,
        MtuTrouble.Unmeasured or MtuTrouble.Silent => CheckState.Unknown,
        _ => CheckState.Fail,
    };

    /// <summary>In words; null when nothing is wrong.</summary>
    public string? Reason => Trouble switch
    {
        MtuTrouble.None => null,
        MtuTrouble.Unmeasured => Pair.Problem?.Reason ?? $"the interface of {Pair.From} is not known",
        MtuTrouble.Silent => Pair.Udp?.Reason ?? Pair.Icmp?.Reason ?? "nothing is answered",
        _ => Words($"{Pair.Mtu} bytes pass{Smallest(Pair)}; {Needed} are needed by {Who()}{Said(Pair)}"),
    };

    /// <summary>The row of the report.</summary>
    public MtuResult Result() => new()
    {
        From = Pair.From,
        To = Pair.To,
        Network = Pair.Network,
        IpVersion = Pair.IpVersion,
        Mtu = Pair.Mtu,
        Needed = Needed,
        State = State,
        UdpMtu = Pair.Udp?.Passed,
        IcmpMtu = Pair.Icmp?.Passed,
        InterfaceMtu = From?.Mtu,
        Reason = Reason,
    };

    private string Who() => Need is { } need && need.Bytes == Needed ? need.Why : $"{From?.Name} of {Pair.From}";

    private static string Smallest(MtuPair pair) => (pair.Udp?.Passed is null ? pair.Icmp : pair.Udp)?.Failed is { } failed
        ? Words($", {failed} do not")
        : "";

    private static string Said(MtuPair pair) => (pair.Udp?.Reason ?? pair.Icmp?.Reason) is { } said ? $" ({said})" : "";

    private static string Words(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What can be wrong with a directed pair.</summary>
internal enum MtuTrouble
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It could not be tried, or not judged.</summary>
    Unmeasured,

    /// <summary>Not even small packets were answered: that is not about sizes.</summary>
    Silent,

    /// <summary>Less passes than both interfaces take.</summary>
    Path,

    /// <summary>The receiver's interface takes less than the sender's.</summary>
    Receiver,

    /// <summary>The sender's interface takes less than is needed.</summary>
    Sender,
}
