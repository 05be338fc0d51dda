using System.Globalization;
using System.Text.Json;
using Steth.Agent.Tools.Ip;
using Steth.Contracts;
using Steth.Packets.Addresses;

namespace Steth.Agent.Leases;

/// <summary>An address of an interface with all that is needed to give it back.</summary>
public sealed record KeptAddress
{
    /// <summary>The address.</summary>
    public required InterfaceAddress Address { get; init; }

    /// <summary>What follows it in ip-address(8): <c>brd 10.0.0.255 scope global label eth0 valid_lft forever …</c>.</summary>
    public required IReadOnlyList<string> Attributes { get; init; }

    /// <summary>The address as <c>ip address replace</c> takes it.</summary>
    internal IEnumerable<string> Words => [Address.ToString(), .. Attributes];

    /// <summary>The address as <c>ip address del</c> takes it: one with a peer is found by it.</summary>
    internal IEnumerable<string> Key => [Address.ToString(), .. Attributes is ["peer", ..] ? Attributes.Take(2) : []];

    /// <summary>The addresses of an interface but those of scope link, in the kernel's order, and those IPv6 makes by itself.</summary>
    /// <exception cref="OperationException">NoSuchDevice, ToolMissing, ToolFailed, Timeout.</exception>
    public static async Task<IReadOnlyList<KeptAddress>> ReadAsync(IpTool ip, string device, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ip);
        var text = await ip.RunAsync(["-j", "address", "show", "dev", device], cancellationToken);
        try
        {
            using var links = JsonDocument.Parse(text);
            return [.. links.RootElement.EnumerateArray().SelectMany(l => l.GetProperty("addr_info").EnumerateArray())
                .Where(a => Text(a, "scope") is var scope && scope != "link" && !Is(a, "temporary")).Select(Read)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new OperationException(
                OperationErrorCode.ToolFailed, $"ip printed something else than the addresses of '{device}' in JSON.", e);
        }
    }

    /// <summary>Whether it is the same address with the same attributes, of which lifetimes run down.</summary>
    internal bool IsLike(KeptAddress other) => Address == other.Address && Timeless(Attributes).SequenceEqual(Timeless(other.Attributes));

    /// <summary>Whether ip says that there is no such address: EADDRNOTAVAIL in the words of old and new kernels.</summary>
    internal static bool IsGone(OperationException e) =>
        e.Message.Contains("Cannot assign requested address", StringComparison.Ordinal)
        || e.Message.Contains("address not found", StringComparison.OrdinalIgnoreCase);

    private static KeptAddress Read(JsonElement address)
    {
        var attributes = new List<string>();
        // Of a point-to-point address "local" is ours and "address" the other end's (ip-address(8), peer).
        Add("peer", Text(address, "address") is { } peer
            ? string.Create(CultureInfo.InvariantCulture, $"{peer}/{address.GetProperty("prefixlen").GetInt32()}") : null);
        Add("brd", Text(address, "broadcast"));
        Add("scope", Text(address, "scope"));
        Add("label", address.GetProperty("family").GetString() == "inet" ? Text(address, "label") : null);
        Add("valid_lft", Lifetime("valid_life_time"));
        Add("preferred_lft", Lifetime("preferred_life_time"));
        foreach (var flag in (string[])["noprefixroute", "home", "mngtmpaddr", "nodad"])
        {
            if (Is(address, flag))
                attributes.Add(flag);
        }
        var length = Text(address, "address") is null ? address.GetProperty("prefixlen").GetInt32() : MostBits(address);
        return new KeptAddress
        {
            Address = InterfaceAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"{Text(address, "local")}/{length}")),
            Attributes = attributes,
        };

        void Add(string word, string? value)
        {
            if (value is not null)
                attributes.AddRange([word, value]);
        }

        string? Lifetime(string member) => address.TryGetProperty(member, out var value) && value.TryGetUInt32(out var seconds)
            ? seconds == uint.MaxValue ? "forever" : seconds.ToString(CultureInfo.InvariantCulture)
            : null;
    }

    private static IEnumerable<string> Timeless(IReadOnlyList<string> attributes) => attributes.Select(
        (a, i) => i > 0 && attributes[i - 1].EndsWith("_lft", StringComparison.Ordinal) && a != "forever" ? "seconds" : a);

    private static int MostBits(JsonElement address) => address.GetProperty("family").GetString() == "inet" ? 32 : 128;

    private static bool Is(JsonElement address, string flag) =>
        address.TryGetProperty(flag, out var value) && value.ValueKind == JsonValueKind.True;

    private static string? Text(JsonElement address, string member) =>
        address.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
