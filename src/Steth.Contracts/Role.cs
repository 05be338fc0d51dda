namespace Steth.Contracts;

/// <summary>What an operator may ask of an agent; each role has the rights of those before it.</summary>
public enum Role
{
    /// <summary>Look: facts of the host. Nothing is sent, made or changed.</summary>
    Read,

    /// <summary>Experiment: send packets, capture, measure throughput; what is made for it is steth's own and leased.</summary>
    Probe,

    /// <summary>Change interfaces that carry addresses or traffic.</summary>
    Change,
}
