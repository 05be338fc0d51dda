namespace Steth.Diagnosis.Paths;

/// <summary>The hops between a guest and one server, in order from the guest.</summary>
/// <param name="Hops">At least one.</param>
public sealed record HopSequence(IReadOnlyList<Hop> Hops)
{
    /// <summary>The hops as a message meets them that goes from the guest (true) or to it.</summary>
    public IReadOnlyList<Hop> InDirection(bool outbound) => outbound ? Hops : [.. Hops.Reverse()];
}
