namespace Steth.Diagnosis.Checks;

/// <summary>What becomes of a packet in a packet filter.</summary>
public enum FilterFate
{
    /// <summary>It goes on.</summary>
    Passes,

    /// <summary>A rule, or a chain's policy, ends it.</summary>
    Dropped,

    /// <summary>It depends on something that is not known: a mark, a set, a limit.</summary>
    Unclear,
}
