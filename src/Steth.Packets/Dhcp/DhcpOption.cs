namespace Steth.Packets.Dhcp;

/// <summary>One DHCP option; the parts of a split one are joined (RFC 3396).</summary>
public readonly record struct DhcpOption
{
    /// <summary>Makes an option.</summary>
    public DhcpOption(DhcpOptionCode code, ReadOnlyMemory<byte> value)
    {
        Code = code;
        Value = value;
    }

    /// <summary>Which.</summary>
    public DhcpOptionCode Code { get; }

    /// <summary>Its octets, without code and length.</summary>
    public ReadOnlyMemory<byte> Value { get; }
}
