using Steth.Agent.Rpc;
using Steth.Contracts;

namespace Steth.Agent.Leases;

/// <summary>Whom a lease was given to.</summary>
/// <param name="Name">The operator's; null: anybody, for there are no certificates.</param>
/// <param name="Role">What making what it covers took, and renewing or ending it takes.</param>
public sealed record LeaseHolder(string? Name, Role Role)
{
    /// <summary>The caller.</summary>
    public static LeaseHolder Of(CallContext call, Role role)
    {
        ArgumentNullException.ThrowIfNull(call);
        return new LeaseHolder(call.Caller?.Name, role);
    }
}
