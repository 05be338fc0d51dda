using System.Net;
using System.Net.Sockets;
using Steth.Agent.Kernel.Icmp;
using Steth.Agent.Kernel.Sockets;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Packets.Icmp;
using Steth.Packets.Ip;

namespace Steth.Agent.Kernel.Mtu;

/// <summary>The ways that packets leave from one address of this host, and what is known of its interface.</summary>
internal sealed class MtuWays : IDisposable
{
    private const int BufferBytes = 8 << 20;

    private readonly PathMtu _pathMtu;

    /// <summary>Opens the sockets it can.</summary>
    /// <param name="source">The address.</param>
    /// <param name="token">The reflectors'.</param>
    /// <param name="targets">How many targets there are.</param>
    /// <param name="withIcmp">ICMP as well.</param>
    public MtuWays(IPAddress source, ulong token, int targets, bool withIcmp)
    {
        Interface = HostAddresses.DeviceOf(source);
        InterfaceMtu = Interface is { } device ? Devices.Mtu(device) : null;
        var v6 = source.AddressFamily == AddressFamily.InterNetworkV6;
        var settings = new EchoSettings
        {
            Identifier = (ushort)Random.Shared.Next(1, ushort.MaxValue),
            Size = ushort.MaxValue - IPv4Header.MinLength - IcmpMessage.HeaderLength,
            Targets = targets,
            DontFragment = false,
            Broadcast = false,
            ProbePathMtu = true,
            Source = source,
            Outgoing = Interface,
        };
        _pathMtu = new PathMtu(settings with { Interface = Interface });
        try
        {
            Udp = new UdpMtuWay(
                UdpSocket.Open(source, 0, Interface, BufferBytes, probePathMtu: true), token, UdpSocket.HeaderLength(source));
        }
        catch (OperationException e)
        {
            UdpRefusal = e.Message;
        }
        try
        {
            if (withIcmp)
                Icmp = OpenIcmp(v6, settings);
        }
        catch (OperationException e)
        {
            IcmpRefusal = e.Message;
        }
    }

    /// <summary>The interface that packets leave by; null: by the routes.</summary>
    public DeviceName? Interface { get; }

    /// <summary>Its MTU in bytes; null: not known.</summary>
    public int? InterfaceMtu { get; }

    /// <summary>By UDP; null: refused.</summary>
    public MtuWay? Udp { get; }

    /// <summary>Why not.</summary>
    public string? UdpRefusal { get; }

    /// <summary>By ICMP; null: refused, or not asked for.</summary>
    public MtuWay? Icmp { get; }

    /// <summary>Why not.</summary>
    public string? IcmpRefusal { get; }

    /// <summary>What the kernel believes of the path, in bytes; null: it does not say.</summary>
    public int? Remembered(IPAddress to) => _pathMtu.Towards(to);

    /// <inheritdoc/>
    public void Dispose()
    {
        Udp?.Dispose();
        Icmp?.Dispose();
        _pathMtu.Dispose();
    }

    private static IcmpMtuWay OpenIcmp(bool v6, EchoSettings settings)
    {
        var socket = IcmpSocket.Open(v6, settings)
            ?? throw new OperationException(OperationErrorCode.NoSuchDevice,
                $"This host does not speak the IP version of {settings.Source}.");
        return new IcmpMtuWay(socket, new EchoMessage(settings.Identifier, (uint)Random.Shared.Next(), settings.Size));
    }
}
