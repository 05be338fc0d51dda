using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Steth.Agent.Limits;

namespace Steth.Agent.Host;

/// <summary>
/// Turns connections away beyond what there is room for: in all, and of one address, so that no single host takes all the room.
/// It stands before TLS: what is turned away costs no handshake.
/// </summary>
internal sealed partial class ConnectionRoom
{
    /// <summary>Connections at a time in all, where the limit of open files allows it. An idle one costs some 20 KiB.</summary>
    public const int Most = 10_000;

    /// <summary>Connections at a time of one address; of IPv6, of one /64, which is what a host has to choose from.</summary>
    public const int MostOfOneAddress = 512;

    private const int OpenFiles = 7;
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly Quota _connections;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly Lock _telling = new();
    private long? _toldAt;
    private int _turnedAway;

    /// <summary>Makes room, for which it looks at the process's limit of open files.</summary>
    public ConnectionRoom(ILogger log, TimeProvider time)
        : this(log, time, MostOpenFiles())
    {
    }

    internal ConnectionRoom(ILogger log, TimeProvider time, long mostOpenFiles)
    {
        _log = log;
        _time = time;
        // The other half is for programs, captures and sockets of calls: a process without a free descriptor cannot even say no.
        var most = Math.Clamp(mostOpenFiles / 2, 1, Most);
        _connections = new Quota(most, Math.Clamp(most / 4, 1, MostOfOneAddress));
        if (most < Most)
            log.LogWarning("the limit of {Files} open files leaves room for {Most} connections, {Each} of one address; "
                + "raise it (LimitNOFILE= of the service) to {Wanted} for all {All}", mostOpenFiles, most, _connections.MostEach, 2 * Most, Most);
    }

    /// <summary>Serves connections there is room for.</summary>
    public ConnectionDelegate Guard(ConnectionDelegate next) => async connection =>
    {
        var holder = HolderOf((connection.RemoteEndPoint as IPEndPoint)?.Address);
        if (_connections.Take(1, holder) is var shortage && shortage != Shortage.None)
        {
            Tell(shortage, holder);
            connection.Abort(new ConnectionAbortedException("There is no room for it."));
            return;
        }
        try
        {
            await next(connection);
        }
        finally
        {
            _connections.GiveBack(1, holder);
        }
    };

    /// <summary>Whose share a connection takes.</summary>
    internal static string HolderOf(IPAddress? address)
    {
        if (address is null)
            return "";
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4().ToString();
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(address))
            return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return $"{new IPAddress(bytes)}/64";
    }

    /// <summary>A line a minute at most, whoever comes how often.</summary>
    private void Tell(Shortage shortage, string holder)
    {
        int turnedAway;
        lock (_telling)
        {
            _turnedAway++;
            if (_toldAt is { } before && _time.GetElapsedTime(before) < Silence)
                return;
            _toldAt = _time.GetTimestamp();
            (turnedAway, _turnedAway) = (_turnedAway, 0);
        }
        _log.LogWarning("{Count} connections were turned away, the last of {Address}: there are {Most} {Whose}, which is the most",
            turnedAway, holder, shortage == Shortage.All ? _connections.Most : _connections.MostEach,
            shortage == Shortage.All ? "in all" : "of that address");
    }

    /// <summary>getrlimit(2). The runtime raises the soft limit to the hard one as it starts.</summary>
    private static long MostOpenFiles() =>
        GetLimit(OpenFiles, out var limit) == 0 ? (long)Math.Min(limit.Soft, long.MaxValue) : 2 * Most;

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
