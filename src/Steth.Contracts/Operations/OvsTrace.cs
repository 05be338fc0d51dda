using System.Text.Json.Serialization;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Follows a flow through the OpenFlow tables (ovs-appctl ofproto/trace). Nothing is sent or learned.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record OvsTraceParams
{
    /// <summary>The bridge the packet enters; NoSuchDevice when there is none of that name.</summary>
    public required DeviceName Bridge { get; init; }

    /// <summary>
    /// The packet in ovs-fields(7) syntax, in_port by name or number first: <c>in_port=tap1,udp,dl_src=…</c>. Characters: letters, digits,
    /// <c>_ = : . , / - +</c>; at most 1000.
    /// </summary>
    public required string Flow { get; init; }

    /// <summary>What each conntrack lookup on the way finds, as <c>--ct-next</c> takes it; empty: <c>trk,new</c> every time.</summary>
    public IReadOnlyList<string> CtNext { get; set; } = [];
}

/// <summary>The way the packet would take.</summary>
public sealed record OvsTraceResult
{
    /// <summary>Each table looked up, in the order visited, bridge after bridge.</summary>
    public required IReadOnlyList<OvsTraceStep> Steps { get; init; }

    /// <summary>
    /// What the datapath would do as printed, ports by name, before and behind conntrack lookups joined; <c>drop</c> when nothing comes
    /// out.
    /// </summary>
    public required string DatapathActions { get; init; }

    /// <summary>The flow as the bridge read it.</summary>
    public required string Flow { get; init; }
}

/// <summary>One table lookup.</summary>
public sealed record OvsTraceStep
{
    /// <summary>The bridge.</summary>
    public required string Bridge { get; init; }

    /// <summary>The table.</summary>
    public required int Table { get; init; }

    /// <summary>How deep the lookup is nested: 0 for the first bridge, more behind patch ports and resubmits as printed.</summary>
    public required int Depth { get; init; }

    /// <summary>
    /// What the matching flow matches, ports by name, in quotes where a name is no plain word; empty: everything. Null: no flow matched.
    /// </summary>
    public string? Match { get; init; }

    /// <summary>Its priority; null when no flow matched.</summary>
    public int? Priority { get; init; }

    /// <summary>Its cookie as printed, <c>0x…</c>; <c>0x0</c> when none was printed; null when no flow matched.</summary>
    public string? Cookie { get; init; }

    /// <summary>Its actions as printed, one a line; <c>drop</c> for none.</summary>
    public required IReadOnlyList<string> Actions { get; init; }

    /// <summary>
    /// What the trace adds: <c>output to native tunnel</c>, <c>no learned MAC for destination, flooding</c>, …; at the first lookup behind
    /// a conntrack one <c>recirc(0x1) - resume conntrack with ct_state=est|trk</c>.
    /// </summary>
    public required IReadOnlyList<string> Remarks { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.OvsTrace"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(OvsTraceParams))]
[JsonSerializable(typeof(OvsTraceResult))]
internal sealed partial class OvsTraceJson : JsonSerializerContext;
