using Steth.Diagnosis.Paths;

namespace Steth.Diagnosis.Evidence;

/// <summary>A request that was sent at one end of a path and should have come back as a reply.</summary>
public sealed record RoundTripEvidence
{
    /// <summary>The path with what each hop saw.</summary>
    public required HopSequence Path { get; init; }

    /// <summary>Name of the request: DHCPDISCOVER, ARP REQUEST.</summary>
    public required string Request { get; init; }

    /// <summary>Name of the reply.</summary>
    public required string Reply { get; init; }

    /// <summary>True: the request starts at the guest's end. False: at the server's.</summary>
    public required bool FromGuest { get; init; }

    /// <summary>Whom the request should reach, for a reader: <c>the DHCP server on net1</c>, <c>the guest</c>.</summary>
    public required string Answerer { get; init; }

    /// <summary>What to look at when the answerer got the request and did not answer.</summary>
    public required string AnswererRemedy { get; init; }
}
