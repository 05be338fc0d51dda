using System.Buffers.Binary;
using System.Net;
using System.Text;
using Steth.Packets.Addresses;

namespace Steth.Packets.Dhcp;

/// <summary>A DHCP message for IPv4 (RFC 2131, 2); one that a capture cut keeps what was whole.</summary>
public sealed record DhcpMessage
{
    /// <summary>UDP port of servers and relays.</summary>
    public const ushort ServerPort = 67;

    /// <summary>UDP port of clients.</summary>
    public const ushort ClientPort = 68;

    /// <summary>BOOTP's message (RFC 951), below which old relays drop.</summary>
    public const int MinLength = 300;

    private const int HardwareAddressEnd = 34;
    private const int CookieStart = 236;
    private const int OptionsStart = 240;
    private const uint Cookie = 0x63825363;
    private const byte EthernetHardware = 1;
    private const ushort BroadcastFlag = 0x8000;

    /// <summary>True: from a server (BOOTREPLY); false: from a client.</summary>
    public required bool IsReply { get; init; }

    /// <summary>Ties answers to their question.</summary>
    public required uint Xid { get; init; }

    /// <summary>Seconds since the client began.</summary>
    public ushort Seconds { get; init; }

    /// <summary>The client wants answers by broadcast.</summary>
    public bool Broadcast { get; init; }

    /// <summary>The client's address, when it has one (ciaddr).</summary>
    public IPAddress ClientIp { get; init; } = IPAddress.Any;

    /// <summary>The address the server gives (yiaddr).</summary>
    public IPAddress YourIp { get; init; } = IPAddress.Any;

    /// <summary>The next server of a network boot (siaddr).</summary>
    public IPAddress ServerIp { get; init; } = IPAddress.Any;

    /// <summary>The relay (giaddr).</summary>
    public IPAddress RelayIp { get; init; } = IPAddress.Any;

    /// <summary>The client's hardware address (chaddr).</summary>
    public required MacAddress ClientMac { get; init; }

    /// <summary>Options; empty when the message was cut before them.</summary>
    public IReadOnlyList<DhcpOption> Options { get; init; } = [];

    /// <summary>Option 53; null for BOOTP or when it was cut.</summary>
    public DhcpMessageType? MessageType => Find(DhcpOptionCode.MessageType) is { Length: 1 } v ? (DhcpMessageType)v.Span[0] : null;

    /// <summary>
    /// What the message is called: DHCPDISCOVER, …; <c>DHCP request</c> or <c>DHCP reply</c> when option 53 is not there.
    /// </summary>
    public string Name => MessageType switch
    {
        DhcpMessageType.Discover => "DHCPDISCOVER",
        DhcpMessageType.Offer => "DHCPOFFER",
        DhcpMessageType.Request => "DHCPREQUEST",
        DhcpMessageType.Decline => "DHCPDECLINE",
        DhcpMessageType.Ack => "DHCPACK",
        DhcpMessageType.Nak => "DHCPNAK",
        DhcpMessageType.Release => "DHCPRELEASE",
        DhcpMessageType.Inform => "DHCPINFORM",
        _ => IsReply ? "DHCP reply" : "DHCP request",
    };

    /// <summary>Option 54; null when absent.</summary>
    public IPAddress? ServerIdentifier => Address(DhcpOptionCode.ServerIdentifier);

    /// <summary>The first of option 3; null when absent.</summary>
    public IPAddress? Router => Address(DhcpOptionCode.Router);

    /// <summary>Option 1; null when absent.</summary>
    public IPAddress? SubnetMask => Address(DhcpOptionCode.SubnetMask);

    /// <summary>Option 26 in bytes; null when absent.</summary>
    public int? InterfaceMtu =>
        Find(DhcpOptionCode.InterfaceMtu) is { Length: 2 } v ? BinaryPrimitives.ReadUInt16BigEndian(v.Span) : null;

    /// <summary>Option 51; null when absent.</summary>
    public TimeSpan? LeaseTime =>
        Find(DhcpOptionCode.LeaseTime) is { Length: 4 } v ? TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt32BigEndian(v.Span)) : null;

    /// <summary>Option 12; null when absent.</summary>
    public string? HostName => Find(DhcpOptionCode.HostName) is { } v ? Encoding.UTF8.GetString(v.Span).TrimEnd('\0') : null;

    /// <summary>An option's octets; null when absent.</summary>
    public ReadOnlyMemory<byte>? Find(DhcpOptionCode code)
    {
        foreach (var option in Options)
        {
            if (option.Code == code)
                return option.Value;
        }
        return null;
    }

    /// <summary>Reads a UDP payload.</summary>
    /// <returns>False when it is cut within the client's address, or not DHCP for Ethernet.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out DhcpMessage? message)
    {
        message = null;
        if (bytes.Length < HardwareAddressEnd || bytes[0] is not (1 or 2) || bytes[1] != EthernetHardware || bytes[2] != MacAddress.Length)
            return false;
        var hasOptions = bytes.Length >= OptionsStart && BinaryPrimitives.ReadUInt32BigEndian(bytes[CookieStart..]) == Cookie;
        message = new DhcpMessage
        {
            IsReply = bytes[0] == 2,
            Xid = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]),
            Seconds = BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]),
            Broadcast = (BinaryPrimitives.ReadUInt16BigEndian(bytes[10..]) & BroadcastFlag) != 0,
            ClientIp = new IPAddress(bytes.Slice(12, 4)),
            YourIp = new IPAddress(bytes.Slice(16, 4)),
            ServerIp = new IPAddress(bytes.Slice(20, 4)),
            RelayIp = new IPAddress(bytes.Slice(24, 4)),
            ClientMac = MacAddress.FromBytes(bytes[28..]),
            Options = hasOptions ? DhcpOptionReader.Read(bytes, OptionsStart) : [],
        };
        return true;
    }

    /// <summary>Bytes of a UDP payload up to the end option, cut or not; of one without options, up to the client's address.</summary>
    internal static int HeadersLength(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < OptionsStart || bytes[0] is not (1 or 2) || BinaryPrimitives.ReadUInt32BigEndian(bytes[CookieStart..]) != Cookie)
            return Math.Min(bytes.Length, HardwareAddressEnd);
        var at = OptionsStart;
        while (at < bytes.Length && bytes[at] != (byte)DhcpOptionCode.End)
        {
            var next = at + (bytes[at] == (byte)DhcpOptionCode.Pad ? 1 : at + 1 < bytes.Length ? 2 + bytes[at + 1] : bytes.Length);
            // A cut option is of no use to anybody.
            if (next > bytes.Length)
                return at;
            at = next;
        }
        return Math.Min(bytes.Length, at + 1);
    }

    /// <summary>The UDP payload, filled up to <see cref="MinLength"/>.</summary>
    /// <exception cref="InvalidOperationException">An option is longer than 255 octets, or an address is not IPv4.</exception>
    public byte[] Build()
    {
        var optionsLength = 1;
        foreach (var option in Options)
        {
            if (option.Value.Length > byte.MaxValue)
                throw new InvalidOperationException($"DHCP option {option.Code} has {option.Value.Length} octets; 255 is the most.");
            optionsLength += 2 + option.Value.Length;
        }
        var bytes = new byte[Math.Max(MinLength, OptionsStart + optionsLength)];
        bytes[0] = (byte)(IsReply ? 2 : 1);
        bytes[1] = EthernetHardware;
        bytes[2] = MacAddress.Length;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), Xid);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(8), Seconds);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(10), Broadcast ? BroadcastFlag : (ushort)0);
        WriteAddress(ClientIp, bytes.AsSpan(12, 4));
        WriteAddress(YourIp, bytes.AsSpan(16, 4));
        WriteAddress(ServerIp, bytes.AsSpan(20, 4));
        WriteAddress(RelayIp, bytes.AsSpan(24, 4));
        ClientMac.CopyTo(bytes.AsSpan(28));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(CookieStart), Cookie);
        var at = OptionsStart;
        foreach (var option in Options)
        {
            bytes[at++] = (byte)option.Code;
            bytes[at++] = (byte)option.Value.Length;
            option.Value.Span.CopyTo(bytes.AsSpan(at));
            at += option.Value.Length;
        }
        bytes[at] = (byte)DhcpOptionCode.End;
        return bytes;
    }

    private IPAddress? Address(DhcpOptionCode code) => Find(code) is { Length: >= 4 } v ? new IPAddress(v.Span[..4]) : null;

    private static void WriteAddress(IPAddress address, Span<byte> destination)
    {
        if (!address.TryWriteBytes(destination, out var written) || written != 4)
            throw new InvalidOperationException($"DHCP carries IPv4 addresses, not {address}.");
    }
}
