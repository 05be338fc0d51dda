using System.Net;
using System.Text.Json.Serialization;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Whose DHCP server.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record DhcpServerParams
{
    /// <summary>The network; its namespace is <c>qdhcp-NETWORK</c>, its files are in <c>/var/lib/neutron/dhcp/NETWORK</c>.</summary>
    public required Guid NetworkId { get; init; }
}

/// <summary>The DHCP server of a network on this host (neutron/agent/linux/dhcp.py). All empty when this host has none.</summary>
public sealed record DhcpServerResult
{
    /// <summary>The namespace exists.</summary>
    public required bool NamespaceExists { get; init; }

    /// <summary>The network's folder of files exists: an agent of this host has served it.</summary>
    public required bool FilesExist { get; init; }

    /// <summary>The dnsmasq of the network; null: none runs.</summary>
    public ProcessFacts? Process { get; init; }

    /// <summary>The host file: who gets what; null: there is none or it cannot be read.</summary>
    public IReadOnlyList<DhcpHostEntry>? Hosts { get; init; }

    /// <summary>The options file; null: there is none or it cannot be read.</summary>
    public IReadOnlyList<DhcpOptionEntry>? Options { get; init; }

    /// <summary>The device Neutron's agent wrote down for the server (file <c>interface</c>); null: none.</summary>
    public string? Device { get; init; }
}

/// <summary>One line of dnsmasq's host file: <c>mac,name,address</c>, or <c>mac,ignore</c>.</summary>
/// <param name="Mac">Who.</param>
/// <param name="Name">Host name; empty when the line has none.</param>
/// <param name="Address">IPv4 or IPv6 address; null: none, as for a MAC that is ignored.</param>
public sealed record DhcpHostEntry(MacAddress Mac, string Name, IPAddress? Address);

/// <summary>One line of dnsmasq's options file.</summary>
/// <param name="Tag">Whom it is for: <c>subnet-ID</c> or <c>port-ID</c>; empty when the line has no tag.</param>
/// <param name="Option">Name or number: <c>router</c>, <c>classless-static-route</c>, <c>249</c>.</param>
/// <param name="Value">The rest of the line.</param>
public sealed record DhcpOptionEntry(string Tag, string Option, string Value);

/// <summary>JSON shapes of <see cref="AgentOperations.DhcpServer"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(DhcpServerParams))]
[JsonSerializable(typeof(DhcpServerResult))]
internal sealed partial class DhcpServerJson : JsonSerializerContext;
