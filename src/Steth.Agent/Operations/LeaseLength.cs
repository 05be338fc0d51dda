using Steth.Contracts;

namespace Steth.Agent.Operations;

/// <summary>Checks how long a lease is asked for.</summary>
internal static class LeaseLength
{
    /// <summary>Null stays null; otherwise 1–3600 s.</summary>
    /// <exception cref="OperationException">InvalidParams: outside that range.</exception>
    public static TimeSpan? Parse(int? seconds) => seconds switch
    {
        null => null,
        >= 1 and <= 3600 => TimeSpan.FromSeconds(seconds.Value),
        _ => throw new OperationException(OperationErrorCode.InvalidParams, $"lease_seconds is {seconds}; expected 1-3600."),
    };
}
