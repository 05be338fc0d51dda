using System.Globalization;
using Steth.Contracts;

namespace Steth.Agent.Limits;

/// <summary>What the agent takes of its host at most, over all calls. docs/limits.md has every bound with what lies beyond it.</summary>
public static class HostLimits
{
    /// <summary>Captures at a time.</summary>
    public const int Captures = 64;

    /// <summary>Devices captured on at a time.</summary>
    public const int CaptureDevices = 256;

    /// <summary>Bytes of kernel rings of all captures.</summary>
    public const long RingBytes = 128L << 20;

    /// <summary>
    /// Bytes that all calls hold in memory beyond their first small share: their requests, tables of results, captured frames that wait to
    /// be read, programs' output and what is made of it.
    /// </summary>
    public const long WorkBytes = 192L << 20;

    /// <summary>Sockets that probes, searches, pings and reflectors have open at a time.</summary>
    public const int ProbeSockets = 2048;

    /// <summary>Addresses of this host that the probes of one call leave from.</summary>
    public const int ProbeSources = 64;

    /// <summary>Programs at a time.</summary>
    public const int Programs = 128;

    /// <summary>Packets a second of all sending calls together, by what they announce.</summary>
    public const long PacketsPerSecond = 2_000_000;

    /// <summary>The error of a bound that is reached.</summary>
    public static OperationException Busy(string what, string advice) =>
        new(OperationErrorCode.Busy, string.Create(CultureInfo.InvariantCulture,
            $"{what} on this agent already, which is the most; {advice}."));
}
