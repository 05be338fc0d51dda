namespace Steth.Packets.Dhcp;

/// <summary>Reads the options fields of a DHCP message as far as they are whole.</summary>
internal static class DhcpOptionReader
{
    private const int SnameStart = 44;
    private const int FileStart = 108;
    private const int FileEnd = 236;

    /// <summary>Options in order of first appearance, those of an overloaded file and sname field after the rest (RFC 2131, 4.1).</summary>
    public static IReadOnlyList<DhcpOption> Read(ReadOnlySpan<byte> message, int optionsStart)
    {
        var options = new List<DhcpOption>(8);
        Append(message[optionsStart..], options);
        var overload = options.Find(static o => o.Code == DhcpOptionCode.Overload).Value;
        var fields = overload.Length == 1 ? overload.Span[0] : 0;
        if ((fields & 1) != 0)
            Append(message[FileStart..FileEnd], options);
        if ((fields & 2) != 0)
            Append(message[SnameStart..FileStart], options);
        return options;
    }

    private static void Append(ReadOnlySpan<byte> field, List<DhcpOption> options)
    {
        while (field.Length > 0)
        {
            var code = (DhcpOptionCode)field[0];
            field = field[1..];
            if (code == DhcpOptionCode.End)
                return;
            if (code == DhcpOptionCode.Pad)
                continue;
            if (field.Length == 0 || field.Length < 1 + field[0])
                return;
            Join(options, code, field.Slice(1, field[0]));
            field = field[(1 + field[0])..];
        }
    }

    private static void Join(List<DhcpOption> options, DhcpOptionCode code, ReadOnlySpan<byte> value)
    {
        var at = options.FindIndex(o => o.Code == code);
        if (at < 0)
            options.Add(new DhcpOption(code, value.ToArray()));
        else
            options[at] = new DhcpOption(code, (byte[])[.. options[at].Value.Span, .. value]);
    }
}
