namespace Steth.Packets.Icmp;

/// <summary>
/// The ICMP (RFC 792) and ICMPv6 (RFC 4443, RFC 4861) types this project reads or sends, and what types and codes are called.
/// </summary>
public static class IcmpType
{
    /// <summary>ICMP echo reply.</summary>
    public const byte EchoReply = 0;

    /// <summary>ICMP destination unreachable.</summary>
    public const byte Unreachable = 3;

    /// <summary>ICMP echo request.</summary>
    public const byte EchoRequest = 8;

    /// <summary>ICMP time exceeded.</summary>
    public const byte TimeExceeded = 11;

    /// <summary>ICMP parameter problem.</summary>
    public const byte ParameterProblem = 12;

    /// <summary>Code of <see cref="Unreachable"/>: fragmentation needed and DF set.</summary>
    public const byte FragmentationNeededCode = 4;

    /// <summary>ICMPv6 destination unreachable.</summary>
    public const byte UnreachableV6 = 1;

    /// <summary>ICMPv6 packet too big.</summary>
    public const byte PacketTooBigV6 = 2;

    /// <summary>ICMPv6 time exceeded.</summary>
    public const byte TimeExceededV6 = 3;

    /// <summary>ICMPv6 parameter problem.</summary>
    public const byte ParameterProblemV6 = 4;

    /// <summary>ICMPv6 echo request.</summary>
    public const byte EchoRequestV6 = 128;

    /// <summary>ICMPv6 echo reply.</summary>
    public const byte EchoReplyV6 = 129;

    /// <summary>ICMPv6 neighbour solicitation.</summary>
    public const byte NeighbourSolicitationV6 = 135;

    /// <summary>ICMPv6 neighbour advertisement.</summary>
    public const byte NeighbourAdvertisementV6 = 136;

    internal static bool IsEchoV4(byte type) => type is EchoReply or EchoRequest;

    internal static bool IsEchoV6(byte type) => type is EchoRequestV6 or EchoReplyV6;

    internal static bool IsErrorV4(byte type) => type is Unreachable or 4 or 5 or TimeExceeded or ParameterProblem;

    internal static bool IsErrorV6(byte type) => type < EchoRequestV6;

    /// <summary>The name of a type and code of ICMP: <c>host unreachable</c>.</summary>
    public static string NameV4(byte type, byte code) => (type, code) switch
    {
        (EchoReply, _) => "echo reply",
        (Unreachable, 0) => "network unreachable",
        (Unreachable, 1) => "host unreachable",
        (Unreachable, 2) => "protocol unreachable",
        (Unreachable, 3) => "port unreachable",
        (Unreachable, FragmentationNeededCode) => "fragmentation needed",
        (Unreachable, 5) => "source route failed",
        (Unreachable, 6) => "network unknown",
        (Unreachable, 7) => "host unknown",
        (Unreachable, 9) => "network administratively prohibited",
        (Unreachable, 10) => "host administratively prohibited",
        (Unreachable, 11) => "network unreachable for this type of service",
        (Unreachable, 12) => "host unreachable for this type of service",
        (Unreachable, 13) => "administratively prohibited",
        (Unreachable, _) => $"unreachable, code {code}",
        (4, _) => "source quench",
        (5, _) => "redirect",
        (EchoRequest, _) => "echo request",
        (9, _) => "router advertisement",
        (10, _) => "router solicitation",
        (TimeExceeded, 0) => "time to live exceeded",
        (TimeExceeded, _) => "fragment reassembly time exceeded",
        (ParameterProblem, _) => "parameter problem",
        (13, _) => "timestamp request",
        (14, _) => "timestamp reply",
        _ => $"type {type} code {code}",
    };

    /// <summary>The name of a type and code of ICMPv6: <c>address unreachable</c>.</summary>
    public static string NameV6(byte type, byte code) => (type, code) switch
    {
        (UnreachableV6, 0) => "no route to destination",
        (UnreachableV6, 1) => "administratively prohibited",
        (UnreachableV6, 2) => "beyond scope of source address",
        (UnreachableV6, 3) => "address unreachable",
        (UnreachableV6, 4) => "port unreachable",
        (UnreachableV6, 5) => "source address failed policy",
        (UnreachableV6, 6) => "route rejected",
        (UnreachableV6, _) => $"unreachable, code {code}",
        (PacketTooBigV6, _) => "packet too big",
        (TimeExceededV6, 0) => "hop limit exceeded",
        (TimeExceededV6, _) => "fragment reassembly time exceeded",
        (ParameterProblemV6, _) => "parameter problem",
        (EchoRequestV6, _) => "echo request",
        (EchoReplyV6, _) => "echo reply",
        (130, _) => "multicast listener query",
        (131 or 143, _) => "multicast listener report",
        (132, _) => "multicast listener done",
        (133, _) => "router solicitation",
        (134, _) => "router advertisement",
        (NeighbourSolicitationV6, _) => "neighbour solicitation",
        (NeighbourAdvertisementV6, _) => "neighbour advertisement",
        (137, _) => "redirect",
        _ => $"type {type} code {code}",
    };
}
