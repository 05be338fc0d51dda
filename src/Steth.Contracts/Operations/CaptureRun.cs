using System.Text.Json.Serialization;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Captures on several devices at once until the time or the frames run out or the caller goes away.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CaptureRunParams
{
    /// <summary>1–64 devices; NoSuchDevice names the first that does not exist.</summary>
    public required IReadOnlyList<CapturePoint> Points { get; init; }

    /// <summary>A pcap-filter(7) expression of at most 4096 bytes; empty: everything.</summary>
    public string Filter { get; set; } = "";

    /// <summary>1–3600 s.</summary>
    public int Seconds { get; set; } = 10;

    /// <summary>End after this many frames in all, 1–1000000.</summary>
    public int MaxFrames { get; set; } = 1000;

    /// <summary>Bytes kept of each frame, 64–65535. The default holds a DHCP message with its options.</summary>
    public int SnapLength { get; set; } = 1024;

    /// <summary>By which capture.end ends it early; null: it cannot be.</summary>
    public Guid? CaptureId { get; init; }

    /// <summary>
    /// A point that cannot be listened on does not end the whole: it is named in the listening event and the result. When false it is an
    /// error.
    /// </summary>
    public bool SkipRefused { get; init; }

    /// <summary>
    /// Frames as they are. When false only their headers are told, up to the transport's and also of what a tunnel carries, and messages of
    /// DHCP, ARP, LLDP and neighbour discovery; a filter that looks behind them finds nothing. True needs the right to payload (Forbidden).
    /// </summary>
    public bool Payload { get; init; }
}

/// <summary>One device to listen on.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CapturePoint
{
    /// <summary>The device.</summary>
    public required DeviceName Device { get; init; }

    /// <summary>Its named network namespace; null: the agent's own.</summary>
    public NamespaceName? Namespace { get; init; }
}

/// <summary>Either the moment from which every point listens, or one frame.</summary>
public sealed record CaptureEvent
{
    /// <summary>True once, before any frame: all points listen now.</summary>
    public bool Listening { get; init; }

    /// <summary>With the listening event: points that cannot be listened on.</summary>
    public IReadOnlyList<CaptureRefusal> Refused { get; set; } = [];

    /// <summary>A frame; null for the listening event.</summary>
    public CapturedFrame? Frame { get; init; }
}

/// <summary>A point that cannot be listened on.</summary>
/// <param name="Point">Index into the points asked for.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record CaptureRefusal(int Point, string Reason);

/// <summary>One captured frame.</summary>
public sealed record CapturedFrame
{
    /// <summary>Index into the points asked for.</summary>
    public required int Point { get; init; }

    /// <summary>Kernel time stamp (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Towards the host's stack, or out by the device (sll_pkttype of packet(7)).</summary>
    public required FrameDirection Direction { get; init; }

    /// <summary>Length on the wire in bytes.</summary>
    public required int Length { get; init; }

    /// <summary>The headers, with <c>payload</c> the first bytes, VLAN tag in place; base64 in JSON.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>One line for a reader: <c>DHCPDISCOVER fa:16:3e:… xid 0x1234</c>.</summary>
    public required string Summary { get; init; }
}

/// <summary>Which way a frame crosses a device, seen from the host.</summary>
public enum FrameDirection
{
    /// <summary>Received by the device.</summary>
    [JsonStringEnumMemberName("in")]
    In,

    /// <summary>Sent out by the device.</summary>
    [JsonStringEnumMemberName("out")]
    Out,
}

/// <summary>What was captured in all.</summary>
public sealed record CaptureRunResult
{
    /// <summary>One entry a point, in the order asked.</summary>
    public required IReadOnlyList<CapturePointCount> Points { get; init; }
}

/// <summary>Totals of one point.</summary>
public sealed record CapturePointCount
{
    /// <summary>The device.</summary>
    public required string Device { get; init; }

    /// <summary>Its namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>Frames that matched.</summary>
    public required long Frames { get; init; }

    /// <summary>
    /// Frames the kernel dropped because we were slow (pcap_stats ps_drop); a "not seen" is worth nothing when this is not 0.
    /// </summary>
    public required long Dropped { get; init; }

    /// <summary>Why it was not listened on, or not to the end; null: it was. Always null unless refused points are skipped.</summary>
    public string? Problem { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.CaptureRun"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(CaptureRunParams))]
[JsonSerializable(typeof(CaptureRunResult))]
[JsonSerializable(typeof(CaptureEvent))]
internal sealed partial class CaptureRunJson : JsonSerializerContext;
