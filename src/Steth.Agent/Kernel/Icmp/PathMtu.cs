using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using static Steth.Agent.Kernel.Sockets.SocketNative;

namespace Steth.Agent.Kernel.Icmp;

/// <summary>
/// Asks the kernel for the MTU it knows towards an address (IP_MTU, IPV6_MTU), which it tells of a connected socket only:
/// a UDP socket, whose connect sends nothing.
/// </summary>
internal sealed class PathMtu : IDisposable
{
    private const int DiscardPort = 9;

    private readonly EchoSettings _settings;

    /// <summary>Sockets of the run's namespace, opened as the first address of their family comes.</summary>
    private readonly Dictionary<AddressFamily, Socket> _sockets = [];

    /// <summary>Will ask in the namespace and by the device of <paramref name="settings"/>.</summary>
    public PathMtu(EchoSettings settings) => _settings = settings;

    /// <summary>The MTU in bytes; null when the kernel does not say.</summary>
    public int? Towards(IPAddress address)
    {
        try
        {
            if (!_sockets.TryGetValue(address.AddressFamily, out var socket))
                _sockets.Add(address.AddressFamily, socket = Open(address.AddressFamily));
            socket.Connect(new IPEndPoint(address, DiscardPort));
            Span<byte> mtu = stackalloc byte[4];
            var v6 = address.AddressFamily == AddressFamily.InterNetworkV6;
            socket.GetRawSocketOption(v6 ? LevelIpv6 : LevelIp, v6 ? Ipv6Mtu : IpMtu, mtu);
            return BinaryPrimitives.ReadInt32LittleEndian(mtu);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var socket in _sockets.Values)
            socket.Dispose();
    }

    private Socket Open(AddressFamily family) => NetworkNamespace.Run(_settings.Namespace, () =>
    {
        var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        if (_settings.Interface is { } device)
            socket.SetRawSocketOption(LevelSocket, BindToDevice, Encoding.UTF8.GetBytes($"{device}\0"));
        if (_settings.Broadcast && family == AddressFamily.InterNetwork)
            socket.EnableBroadcast = true;
        return socket;
    });
}
