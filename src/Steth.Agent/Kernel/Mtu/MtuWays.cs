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
    /// <summary>One for UDP, one for ICMP, one to ask the kernel by.</summary>
    public const int Sockets = 3;

    private const int BufferBytes = 8 << 20;
    private const int LongestEcho = ushort.MaxValue - IPv4Header.MinLength - IcmpMessage.HeaderLength;

    private readonly PathMtu _pathMtu;

    /// <summary>Opens the sockets it can.</summary>
    /// <param name="source">The address.</param>
    /// <param name="token">The reflectors'.</param>
    /// <param name="targets">How many targets there are.</param>
    /// <param name="withIcmp">ICMP as well.</param>
    /// <param name="buffers">What packets are written to; all of a run share it.</param>
    public MtuWays(IPAddress source, ulong token, int targets, bool withIcmp, Buffers buffers)
    {
        Interface = HostAddresses.DeviceOf(source);
        InterfaceMtu = Interface is { } device ? Devices.Mtu(device) : null;
        var v6 = source.AddressFamily == AddressFamily.InterNetworkV6;
        var settings = new EchoSettings
        {
            Identifier = (ushort)Random.Shared.Next(1, ushort.MaxValue),
            Size = LongestEcho,
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
                UdpSocket.Open(source, 0, Interface, BufferBytes, probePathMtu: true), token, UdpSocket.HeaderLength(source), buffers.Udp);
        }
        catch (OperationException e)
        {
            UdpRefusal = e.Message;
        }
        try
        {
            if (withIcmp)
                Icmp = OpenIcmp(v6, settings, buffers.Icmp);
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

    private static IcmpMtuWay OpenIcmp(bool v6, EchoSettings settings, byte[] buffer)
    {
        var socket = IcmpSocket.Open(v6, settings)
            ?? throw new OperationException(OperationErrorCode.NoSuchDevice,
                $"This host does not speak the IP version of {settings.Source}.");
        return new IcmpMtuWay(socket, new EchoMessage(settings.Identifier, (uint)Random.Shared.Next(), buffer));
    }

    /// <summary>The longest packet of each kind: a run has one thread and writes one packet at a time.</summary>
    public sealed class Buffers
    {
        /// <summary>A UDP message.</summary>
        public byte[] Udp { get; } = new byte[ushort.MaxValue];

        /// <summary>An echo.</summary>
        public byte[] Icmp { get; } = EchoMessage.Buffer(LongestEcho);
    }
}
