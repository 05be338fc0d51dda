using System.Text.Json.Serialization;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>No parameters.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record AgentInfoParams;

/// <summary>Who the agent is and what it can do.</summary>
public sealed record AgentInfoResult
{
    /// <summary>The kernel's host name.</summary>
    public required string Hostname { get; init; }

    /// <summary>What Neutron calls this host ([agent] neutron_host); null when not configured.</summary>
    public string? NeutronHost { get; init; }

    /// <summary>The agent's version.</summary>
    public required string Version { get; init; }

    /// <summary>PRETTY_NAME of os-release(5); null when unreadable.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>uname -r.</summary>
    public required string Kernel { get; init; }

    /// <summary>When the agent started (UTC).</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Whether the kernel can make 802.1Q devices; null when not tried (no privilege).</summary>
    public bool? VlanDevices { get; init; }

    /// <summary>The agent speaks plain HTTP and serves whoever reaches it.</summary>
    public required bool Insecure { get; init; }

    /// <summary>When the agent's certificate ends (UTC); null when it has none.</summary>
    public DateTimeOffset? CertificateUntil { get; init; }

    /// <summary>Programs the agent uses, present or not.</summary>
    public required IReadOnlyList<AgentTool> Tools { get; init; }
}

/// <summary>One program the agent uses.</summary>
public sealed record AgentTool
{
    /// <summary>As on the command line: <c>ovs-vsctl</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Where it was found; null when it is missing.</summary>
    public string? Path { get; init; }

    /// <summary>The Debian package that holds it.</summary>
    public required string Package { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.AgentInfo"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(AgentInfoParams))]
[JsonSerializable(typeof(AgentInfoResult))]
internal sealed partial class AgentInfoJson : JsonSerializerContext;
