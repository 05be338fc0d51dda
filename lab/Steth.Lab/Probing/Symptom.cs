using Steth.Lab.Plan;

namespace Steth.Lab.Probing;

/// <summary>What a VM's user complains of, by the names `steth diagnose --symptom` takes.</summary>
internal static class Symptom
{
    /// <summary>The VM gets no lease, or a wrong one.</summary>
    public const string NoIp = "no-ip";

    /// <summary>Its gateway does not answer.</summary>
    public const string NoGateway = "no-gateway";

    /// <summary>Nothing beyond the external gateway answers.</summary>
    public const string NoInternet = "no-internet";

    /// <summary>Its floating IP does not answer from outside.</summary>
    public const string NoFloatingIp = "no-floating-ip";

    /// <summary>The metadata service does not answer.</summary>
    public const string NoMetadata = "no-metadata";

    /// <summary>It does not reach the VM on the other host, or that one does not reach it.</summary>
    public const string NoPeer = "no-peer";

    /// <summary>Packets as large as its network allows do not reach the VM on the other host.</summary>
    public const string LargePackets = "large-packets";

    /// <summary>Those a port can have, in the order a user would try.</summary>
    public static IReadOnlyList<string> Of(PortPlan port)
    {
        var symptoms = new List<string> { NoIp };
        if (!port.Network.IsIsolated)
            symptoms.AddRange([NoGateway, NoInternet]);
        if (port.FloatingIp is not null)
            symptoms.Add(NoFloatingIp);
        symptoms.AddRange([NoMetadata, NoPeer, LargePackets]);
        return symptoms;
    }
}
