using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Steth.Diagnosis.Readiness.Mtu;

namespace Steth.Controller.Checks.Mtu;

/// <summary>What an operator says has to pass: <c>9000</c>, <c>vxlan:1500</c>, <c>net=vxlan:1500</c>.</summary>
/// <param name="Network">The network type; null: not said.</param>
/// <param name="Tunnel">What tenants' packets are carried in; null: nothing, the size is that of the packet itself.</param>
/// <param name="Bytes">Of the tenants' packet, or of the packet itself; 576–65535.</param>
public sealed record MtuWish(string? Network, string? Tunnel, int Bytes) : ISpanParsable<MtuWish>
{
    /// <summary>What is expected, for a complaint.</summary>
    public const string Expected = "a size of 576-65535 bytes as in 9000, or a tunnel with the tenants' MTU as in vxlan:1500, gre:1500 or "
        + "geneve:1500; NETWORK= before it says for which network";

    /// <summary>Reads one.</summary>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, [MaybeNullWhen(false)] out MtuWish result)
    {
        result = null;
        string? network = null;
        if (s.IndexOf('=') is var equals and > 0)
        {
            network = s[..equals].Trim().ToString();
            if (network.Contains(':'))
                return false;
            s = s[(equals + 1)..];
        }
        string? tunnel = null;
        if (s.IndexOf(':') is var colon and > 0)
        {
            tunnel = s[..colon].Trim().ToString().ToLowerInvariant();
            s = s[(colon + 1)..];
            if (TunnelOverhead.Of(tunnel) is null)
                return false;
        }
        if (!int.TryParse(s.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) || bytes is < 576 or > 65535)
            return false;
        result = new MtuWish(network, tunnel, bytes);
        return true;
    }

    /// <summary>As <see cref="TryParse(ReadOnlySpan{char}, IFormatProvider?, out MtuWish)"/>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static MtuWish Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var wish) ? wish : throw new FormatException($"'{s}' is no MTU; expected {Expected}.");

    /// <inheritdoc/>
    public static MtuWish Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out MtuWish result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <summary>What has to pass for it on a network.</summary>
    /// <param name="network">The network type; null: every one.</param>
    public MtuNeed Need(string? network) => Tunnel is { } tunnel && TunnelOverhead.Of(tunnel) is { } overhead
        ? new MtuNeed(
            network, Bytes + overhead, Bytes + overhead + TunnelOverhead.V6,
                FormattableString.Invariant($"{tunnel} networks of {Bytes} bytes"))
        : new MtuNeed(network, Bytes, Bytes, "what was asked for");
}
