namespace Steth.Diagnosis.Evidence;

/// <summary>What was measured of one VLAN in one direction between the same NIC of two nodes.</summary>
public sealed record VlanDirectionEvidence
{
    /// <summary>The VLAN, 1–4094.</summary>
    public required int Vlan { get; init; }

    /// <summary>Where the probes were sent.</summary>
    public required VlanEndEvidence Sender { get; init; }

    /// <summary>Where they should arrive.</summary>
    public required VlanEndEvidence Receiver { get; init; }

    /// <summary>Tagged probes seen leaving the sender's NIC with this VLAN's tag.</summary>
    public int TaggedLeft { get; init; }

    /// <summary>Tagged probes seen arriving with this VLAN's tag, or by its VLAN device.</summary>
    public int TaggedArrived { get; init; }

    /// <summary>Tags the tagged probes arrived with instead; null for none at all.</summary>
    public IReadOnlyList<int?> OtherTags { get; init; } = [];

    /// <summary>Untagged probes seen leaving: the control.</summary>
    public int UntaggedLeft { get; init; }

    /// <summary>Untagged probes seen arriving.</summary>
    public int UntaggedArrived { get; init; }

    /// <summary>The receiver's capture saw the receiver's own probes leave: it works.</summary>
    public bool ReceiverSawItself { get; init; }

    /// <summary>Frames other than the probes that the receiver's NIC counted meanwhile; null: not measured.</summary>
    public long? OtherFramesArrived { get; init; }

    /// <summary>Tagged probes of the other direction arrived.</summary>
    public bool OtherDirectionWorks { get; init; }
}

/// <summary>The state of one end. Every reason is null when there is nothing to say.</summary>
public sealed record VlanEndEvidence
{
    /// <summary>Name of the node.</summary>
    public required string Host { get; init; }

    /// <summary>The NIC.</summary>
    public required string Nic { get; init; }

    /// <summary>Why the agent did not answer, or does not have the NIC.</summary>
    public string? Silent { get; init; }

    /// <summary>Somebody brought the NIC up; null: not measured.</summary>
    public bool? AdminUp { get; init; }

    /// <summary>The link has a carrier; null: not measured.</summary>
    public bool? Carrier { get; init; }

    /// <summary>Why probes could not be sent.</summary>
    public string? SendProblem { get; init; }

    /// <summary>Why "not seen" means nothing here: the capture did not come about, ended early, or dropped frames.</summary>
    public string? CaptureProblem { get; init; }
}
