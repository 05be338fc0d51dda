using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using Steth.Contracts.Operations;

namespace Steth.Agent.Kernel;

/// <summary>Sockets of the calling thread's network namespace that listen (proc(5): /proc/net/tcp, tcp6, udp, udp6).</summary>
public static class ListeningSockets
{
    // TCP_LISTEN of include/net/tcp_states.h; a UDP socket that is connected to nobody is in TCP_CLOSE.
    private const string Listen = "0A";
    private const string Unconnected = "07";
    private const int MostSockets = 4096;

    /// <summary>Those of the calling thread's namespace: <c>/proc/net</c> is that of the process's first thread.</summary>
    /// <exception cref="IOException">/proc cannot be read.</exception>
    public static IReadOnlyList<ListeningSocket> Read() =>
    [
        .. new[] { ("tcp", "tcp"), ("tcp", "tcp6"), ("udp", "udp"), ("udp", "udp6") }
            .SelectMany(t => Table(t.Item1, $"/proc/thread-self/net/{t.Item2}")).Take(MostSockets),
    ];

    /// <summary>Reads the lines of one table.</summary>
    /// <exception cref="FormatException">It is not such a table.</exception>
    public static IEnumerable<ListeningSocket> Parse(string protocol, IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        foreach (var line in lines.Skip(1))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 4 || fields[1].Split(':') is not [{ Length: 8 or 32 } address, var text]
                || !ushort.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var port))
                throw new FormatException($"'{line}' is not a socket as /proc lists them.");
            if (fields[3] == (protocol == "tcp" ? Listen : Unconnected))
                yield return new ListeningSocket(protocol, Address(address), port);
        }
    }

    private static IEnumerable<ListeningSocket> Table(string protocol, string path) =>
        // Without IPv6 there is no table of its sockets.
        File.Exists(path) ? Parse(protocol, File.ReadLines(path)) : [];

    // Words of 32 bits in the host's order.
    private static IPAddress Address(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        for (var i = 0; i + 4 <= bytes.Length && BitConverter.IsLittleEndian; i += 4)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(i), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(i)));
        return new IPAddress(bytes);
    }
}
