using System.Text.Json.Serialization;
using Steth.Agent.Tools;
using Steth.Contracts;
using Steth.Packets.Addresses;

namespace Steth.Agent.Leases;

/// <summary>
/// How what a lease covers is taken back, as data: it is written down before the thing is made, so that a later life of the agent can do
/// it too. Carrying it out twice, or when the thing was never made, does no harm; what somebody else made since is left alone.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "undo")]
[JsonDerivedType(typeof(DeviceUndo), "delete-device")]
[JsonDerivedType(typeof(InterfaceUndo), "restore-interface")]
[JsonDerivedType(typeof(ProgramUndo), "end-programs")]
public abstract record LeaseUndo
{
    /// <summary>Whether it says all that is needed; a list that was read may hold a null.</summary>
    internal virtual bool IsWhole => true;

    /// <summary>Whether there may be no such lease beside that one, for each would undo what the other made.</summary>
    internal virtual bool Excludes(LeaseUndo other) => false;

    /// <summary>Takes it back.</summary>
    /// <exception cref="OperationException">It is still there: ToolMissing, ToolFailed, Timeout, PermissionDenied.</exception>
    public abstract Task RunAsync(IToolRunner tools, CancellationToken cancellationToken);

    /// <summary>What keeps it from being taken back; the system's words to what only a forged journal can name are among it.</summary>
    internal static bool IsForeseen(Exception e) =>
        e is OperationException or IOException or UnauthorizedAccessException or InvalidOperationException or ArgumentException
            or FormatException or NotSupportedException or OperationCanceledException;
}

/// <summary>One line of the journal.</summary>
public sealed record JournalEntry
{
    /// <summary>The lease.</summary>
    public required string LeaseId { get; init; }

    /// <summary>For a reader: <c>VLAN device eth1.105</c>.</summary>
    public required string Covers { get; init; }

    /// <summary>How it is undone.</summary>
    public required LeaseUndo Undo { get; init; }
}

/// <summary>The first line of a journal: where its entries are true.</summary>
public sealed record JournalHead
{
    /// <summary>/proc/sys/kernel/random/boot_id: after a boot there is nothing to undo.</summary>
    public required string Boot { get; init; }

    /// <summary>The agent's network namespace, <c>net:[4026531840]</c>: what it names is there and nowhere else.</summary>
    public required string Network { get; init; }
}

/// <summary>JSON shapes of the journal.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    Converters = [typeof(IPAddressJsonConverter)])]
[JsonSerializable(typeof(JournalHead))]
[JsonSerializable(typeof(JournalEntry))]
internal sealed partial class JournalJson : JsonSerializerContext;
