namespace Steth.Diagnosis.Evidence;

/// <summary>What follows from an exchange's kind.</summary>
public static class ProbeKinds
{
    /// <summary>
    /// The exchange comes to the guest from somewhere else. It has worked when its request reached the guest: whether a guest answers is
    /// the guest's own affair.
    /// </summary>
    public static bool EndsAtGuest(this ProbeKind kind) => kind is ProbeKind.EchoFloating or ProbeKind.EchoFromPeer;

    /// <summary>It asks for a MAC address, which no IP packet filter and no connection tracking sees.</summary>
    public static bool IsArp(this ProbeKind kind) => kind is ProbeKind.ArpGateway or ProbeKind.ArpMetadata or ProbeKind.ArpPeer;
}
