using System.Globalization;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Leases;

/// <summary>One line of the <see cref="LeaseBook"/>, which alone changes it.</summary>
internal sealed class Lease
{
    public required string Id { get; init; }

    public required string Covers { get; init; }

    public required LeaseUndo Undo { get; init; }

    /// <summary>It waits to be confirmed.</summary>
    public bool IsTrial { get; init; }

    /// <summary>Whom it was given to; null: nobody.</summary>
    public LeaseHolder? Holder { get; init; }

    /// <summary>How often undoing it has failed.</summary>
    public int Tries { get; set; }

    /// <summary>It is being made or undone: whoever does that has it in hand, and it has no timer.</summary>
    public bool IsTaken { get; set; } = true;

    public Func<TimeSpan, CancellationToken, Task>? Extend { get; init; }

    public required long Order { get; init; }

    public DateTimeOffset ExpiresAt { get; set; }

    public long CountedFrom { get; set; }

    public TimeSpan Length { get; set; }

    public ITimer? Timer { get; set; }

    /// <summary>What is told of it.</summary>
    public LeaseFacts Facts => new()
    {
        LeaseId = Id,
        Covers = Covers,
        Holder = Holder?.Name,
        State = IsTaken ? LeaseState.Changing : Tries > 0 ? LeaseState.Stuck : IsTrial ? LeaseState.Unconfirmed : LeaseState.Held,
        ExpiresAt = ExpiresAt,
    };

    /// <summary>Lets a caller pass who may renew or end it.</summary>
    /// <exception cref="OperationException">Forbidden.</exception>
    public void RequireRight(Caller? caller, string method)
    {
        if (Holder is not null && caller is not null && Holder.Name == caller.Name)
            Caller.Require(caller, Holder.Role, $"{method} of the lease on {Covers}");
        else
            Caller.Require(caller, Role.Change, $"{method} of another's lease (on {Covers})");
    }

    /// <summary>The error of a change that it rules out.</summary>
    public OperationException InTheWayOf(string what)
    {
        var at = ExpiresAt.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";
        var until = Tries > 0
            ? $"has ended and could not be undone, which the agent's log explains; the next try is at {at}"
            : $"is undone at {at} unless it is confirmed or renewed";
        return new OperationException(
            OperationErrorCode.Busy,
            $"{what} is on a lease ({Covers}) that {until}; wait until then, or end it: steth end-lease NODE {Id}.");
    }

    /// <summary>The error of a renewal of a trial.</summary>
    public OperationException NotToBeRenewed() => new(OperationErrorCode.PermissionDenied,
        $"The lease on {Covers} waits to be confirmed and cannot be renewed; confirm it with interface.confirm, or let it end.");
}
