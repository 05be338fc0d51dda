namespace Steth.Diagnosis.Readiness.Vlans;

/// <summary>Why nothing can be said of a pair.</summary>
internal enum VlanUnknown
{
    /// <summary>The sender could not send.</summary>
    NotSent,

    /// <summary>The receiver could not listen.</summary>
    NotHeard,

    /// <summary>The receiver's kernel dropped frames.</summary>
    Dropped,

    /// <summary>The sender could not listen, so that nobody saw its probes leave.</summary>
    NotWatched,

    /// <summary>The sender's kernel took the probes, but they were not seen leaving often enough.</summary>
    NotLeft,

    /// <summary>The receiver listened and saw nothing, not even its own probes.</summary>
    Deaf,

    /// <summary>So many probes are lost in VLANs that do cross that these may be, too.</summary>
    Lossy,
}
