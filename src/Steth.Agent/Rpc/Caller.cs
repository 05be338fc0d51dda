using Steth.Contracts;
using Steth.Identity;

namespace Steth.Agent.Rpc;

/// <summary>Who calls, and what this agent lets him do.</summary>
/// <param name="Name">The operator's; null: anybody, for there are no certificates.</param>
/// <param name="Granted">What his certificate says.</param>
/// <param name="Most">What this agent allows at most (<c>max_role</c>).</param>
public sealed record Caller(string? Name, Role Granted, Role Most)
{
    /// <summary>He may see what captured packets carry.</summary>
    public bool Payload { get; init; }

    /// <summary>The lower of the two.</summary>
    public Role Role => Granted < Most ? Granted : Most;

    /// <summary>Lets a caller pass who may see what packets carry.</summary>
    /// <exception cref="OperationException">Forbidden: he may not.</exception>
    public static void RequirePayload(Caller? caller, string what)
    {
        if (caller is not { Payload: true })
        {
            throw new OperationException(OperationErrorCode.Forbidden,
                $"{what} with payload needs the right to payload, which the certificate of "
                + $"{caller?.Name ?? "this caller"} does not give: make one with 'steth pki operator --payload', or ask for headers only.");
        }
    }

    /// <summary>Lets a caller pass who has a role.</summary>
    /// <param name="caller">Who; null: nobody.</param>
    /// <param name="needed">What is needed.</param>
    /// <param name="what">For what.</param>
    /// <exception cref="OperationException">Forbidden: he has less.</exception>
    public static void Require(Caller? caller, Role needed, string what)
    {
        if (caller is null)
            throw new OperationException(OperationErrorCode.Forbidden, $"{what} is for known callers only.");
        if (caller.Role >= needed)
            return;
        var role = Principal.WordOf(needed);
        throw new OperationException(OperationErrorCode.Forbidden, caller.Granted >= needed
            ? $"{what} needs the role {role}, and this agent allows {Principal.WordOf(caller.Most)} at most (max_role)."
            : $"{what} needs the role {role}; the certificate of {caller.Name} has {Principal.WordOf(caller.Granted)}.");
    }
}
