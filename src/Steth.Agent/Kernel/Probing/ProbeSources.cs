using System.Net;
using Steth.Agent.Kernel.Sockets;
using Steth.Contracts;

namespace Steth.Agent.Kernel.Probing;

/// <summary>One socket for each of this host's addresses that probes leave from, by the interface that holds it.</summary>
/// <remarks>
/// Answers are taken from any interface: one that came by another is no loss. (A kernel that answers ARP for all its addresses on all
/// its interfaces draws traffic to the wrong one, and yet the traffic arrives.)
/// </remarks>
internal sealed class ProbeSources : IDisposable
{
    private readonly Dictionary<IPAddress, (UdpSocket? Socket, string? Refusal)> _sources = [];
    private readonly List<UdpSocket> _open = [];
    private readonly IDisposable _place;

    /// <summary>Opens the sockets it can.</summary>
    /// <param name="addresses">The addresses; the same one may come several times.</param>
    /// <param name="buffer">Bytes of each queue.</param>
    /// <param name="probePathMtu">See <see cref="SocketCalls.ProbePathMtu"/>.</param>
    /// <exception cref="OperationException">Busy: as many sockets are open as may.</exception>
    public ProbeSources(IEnumerable<IPAddress> addresses, int buffer, bool probePathMtu)
    {
        IPAddress[] different = [.. addresses.Distinct()];
        _place = ProbeRoom.Take(different.Length);
        try
        {
            foreach (var address in different)
                Add(address, buffer, probePathMtu);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Those that are open.</summary>
    public IReadOnlyList<UdpSocket> Open => _open;

    /// <summary>Their descriptors, for poll(2).</summary>
    public int[] Descriptors => [.. _open.Select(s => s.Descriptor)];

    /// <summary>Answers that found a queue full; null when the kernel does not tell of all.</summary>
    public long? Dropped => _open.Aggregate((long?)0, (sum, s) => sum + s.Dropped);

    /// <summary>The socket of an address, or why there is none.</summary>
    public (UdpSocket? Socket, string? Refusal) Of(IPAddress address) => _sources[address];

    /// <inheritdoc/>
    public void Dispose()
    {
        _open.ForEach(s => s.Dispose());
        _place.Dispose();
    }

    private void Add(IPAddress address, int buffer, bool probePathMtu)
    {
        try
        {
            var socket = UdpSocket.Open(address, 0, HostAddresses.DeviceOf(address), buffer, probePathMtu);
            _open.Add(socket);
            _sources.Add(address, (socket, null));
        }
        catch (OperationException e)
        {
            _sources.Add(address, (null, e.Message));
        }
    }
}
