namespace Steth.Diagnosis.Readiness.Vlans;

/// <summary>What is known of one directed pair in one VLAN.</summary>
internal enum VlanPairState
{
    /// <summary>The probes arrived.</summary>
    Good,

    /// <summary>Every copy left and none arrived, at somebody who listened.</summary>
    Broken,

    /// <summary>Nothing is claimed: not measured, explained otherwise, or no pair at all.</summary>
    Open,
}
