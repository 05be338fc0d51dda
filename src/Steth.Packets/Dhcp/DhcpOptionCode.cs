namespace Steth.Packets.Dhcp;

/// <summary>DHCP options this project reads or writes (RFC 2132; 121: RFC 3442); others are kept by their number.</summary>
public enum DhcpOptionCode : byte
{
    /// <summary>One octet of filling, without a length.</summary>
    Pad = 0,

    /// <summary>Subnet mask.</summary>
    SubnetMask = 1,

    /// <summary>Routers.</summary>
    Router = 3,

    /// <summary>DNS servers.</summary>
    DomainNameServer = 6,

    /// <summary>The client's name.</summary>
    HostName = 12,

    /// <summary>DNS domain.</summary>
    DomainName = 15,

    /// <summary>Interface MTU.</summary>
    InterfaceMtu = 26,

    /// <summary>Broadcast address.</summary>
    BroadcastAddress = 28,

    /// <summary>NTP servers.</summary>
    NtpServers = 42,

    /// <summary>The address a client asks for.</summary>
    RequestedAddress = 50,

    /// <summary>How long the address is the client's, in seconds.</summary>
    LeaseTime = 51,

    /// <summary>The sname or file field carries options too.</summary>
    Overload = 52,

    /// <summary>Which message this is.</summary>
    MessageType = 53,

    /// <summary>Which server speaks, or is spoken to.</summary>
    ServerIdentifier = 54,

    /// <summary>What the client would like to be told.</summary>
    ParameterRequestList = 55,

    /// <summary>A server's words with a DHCPNAK.</summary>
    Message = 56,

    /// <summary>Longest message the client takes.</summary>
    MaxMessageSize = 57,

    /// <summary>The client's identity.</summary>
    ClientIdentifier = 61,

    /// <summary>Classless static routes, which Neutron uses for the metadata address.</summary>
    ClasslessRoutes = 121,

    /// <summary>Nothing follows.</summary>
    End = 255,
}
