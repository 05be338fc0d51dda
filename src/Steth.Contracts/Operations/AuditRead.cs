using System.Text.Json.Serialization;
using Steth.Packets.Addresses;

namespace Steth.Contracts.Operations;

/// <summary>Reads what the agent wrote down of its calls; an event an entry, the newest that match, oldest first.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record AuditReadParams
{
    /// <summary>Calls that began at or after this; null: from the beginning.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Calls that began before this; null: up to now.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Of this operator, or of this remote address; null: of all.</summary>
    public string? Who { get; init; }

    /// <summary>Of this method; null: of all.</summary>
    public string? Method { get; init; }

    /// <summary>That ended so; null: any.</summary>
    public AuditOutcome? Outcome { get; init; }

    /// <summary>At most this many, the newest, 1–10000.</summary>
    public int Limit { get; set; } = 1000;
}

/// <summary>One call, or several refusals that were counted.</summary>
public sealed record AuditEntry
{
    /// <summary>When it began (UTC, the agent's clock, to the millisecond).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Its correlation id: the one in its error and in the agent's log.</summary>
    public required string Id { get; init; }

    /// <summary>The operator his certificate names; null: there was none.</summary>
    public string? Who { get; init; }

    /// <summary>The address he called from.</summary>
    public string? From { get; init; }

    /// <summary>What he was allowed to: read, probe or change; null: nothing, for he was not known.</summary>
    public string? Role { get; init; }

    /// <summary>The method, cut after 80 characters; null: the request was not read that far, or was a handshake.</summary>
    public string? Method { get; init; }

    /// <summary>The devices, namespaces, addresses and ports it was about, as far as the parameters name them; null: none.</summary>
    public string? Target { get; init; }

    /// <summary>
    /// The parameters as JSON, of those the method knows, shortened; bytes are given as their number. Null: none, or they were not read.
    /// </summary>
    public string? Params { get; init; }

    /// <summary>How it ended.</summary>
    public required AuditOutcome Outcome { get; init; }

    /// <summary>Why it did not work, a sentence; null: it did.</summary>
    public string? Reason { get; init; }

    /// <summary>How long it took in ms.</summary>
    public required double DurationMs { get; init; }
}

/// <summary>How a call ended.</summary>
[JsonConverter(typeof(EnumNameJsonConverter<AuditOutcome>))]
public enum AuditOutcome
{
    /// <summary>It was carried out.</summary>
    [JsonStringEnumMemberName("ok")]
    Ok,

    /// <summary>It was not begun: unknown caller, role too low, not a request, unknown method, wrong parameters, over a limit.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused,

    /// <summary>It was begun and did not work.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Its deadline passed.</summary>
    [JsonStringEnumMemberName("timeout")]
    Timeout,

    /// <summary>The caller went away before it was done.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}

/// <summary>What there is besides the entries.</summary>
public sealed record AuditReadResult
{
    /// <summary>Entries that match, also those beyond the limit.</summary>
    public required int Matched { get; init; }

    /// <summary>Lines that could not be read as an entry.</summary>
    public required int Unreadable { get; init; }

    /// <summary>Entries since the agent's start that could not be written and are not kept any more.</summary>
    public required long Lost { get; init; }

    /// <summary>Why the entries are not all there, a sentence; null: they are, as far back as the files reach.</summary>
    public string? Problem { get; init; }
}

/// <summary>JSON shapes of <see cref="AgentOperations.AuditRead"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(AuditReadParams))]
[JsonSerializable(typeof(AuditReadResult))]
[JsonSerializable(typeof(AuditEntry))]
internal sealed partial class AuditReadJson : JsonSerializerContext;
