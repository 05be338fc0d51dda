using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Steth.Agent.Limits;

namespace Steth.Agent.Host;

/// <summary>
/// Turns connections away beyond what there is room for: in all, and of one address, so that no single host takes all the room.
/// It stands where connections are accepted: what is turned away costs no handshake, and its descriptor is closed before the next is taken.
/// </summary>
internal sealed partial class ConnectionRoom
{
    /// <summary>Connections at a time in all, where the limit of open files allows it. An idle one costs some 20 KiB.</summary>
    public const int Most = 10_000;

    /// <summary>Connections at a time of one address; of IPv6, of one /64, which is what a host has to choose from.</summary>
    public const int MostOfOneAddress = 512;

    /// <summary>
    /// Descriptors kept for the runtime, programs, captures and sockets of calls. A .NET process that has no descriptor left when it
    /// loads another part of itself does not fail, it aborts.
    /// </summary>
    private const int OtherFiles = 4096;

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
        var most = Math.Clamp(Math.Max(mostOpenFiles - OtherFiles, mostOpenFiles / 4), 1, Most);
        _connections = new Quota(most, Math.Clamp(most / 4, 1, MostOfOneAddress));
        if (most < Most)
            log.LogWarning("the limit of {Files} open files leaves room for {Most} connections, {Each} of one address; "
                + "raise it (LimitNOFILE= of the service) to {Wanted} for all {All}",
                mostOpenFiles, most, _connections.MostEach, Most + OtherFiles, Most);
    }

    /// <summary>Takes a connection in that was just accepted.</summary>
    /// <returns>False: there is no room for it.</returns>
    public bool Enter(BaseConnectionContext connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var holder = HolderOf(connection);
        if (_connections.Take(1, holder) is var shortage && shortage == Shortage.None)
            return true;
        Tell(shortage, holder);
        return false;
    }

    /// <summary>Gives the room of each connection back when it has been served.</summary>
    public ConnectionDelegate Leaving(ConnectionDelegate next) => async connection =>
    {
        var holder = HolderOf(connection);
        try
        {
            await next(connection);
        }
        finally
        {
            _connections.GiveBack(1, holder);
        }
    };

    private static string HolderOf(BaseConnectionContext connection) => HolderOf((connection.RemoteEndPoint as IPEndPoint)?.Address);

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
        GetLimit(OpenFiles, out var limit) == 0 ? (long)Math.Min(limit.Soft, long.MaxValue) : Most + OtherFiles;

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
