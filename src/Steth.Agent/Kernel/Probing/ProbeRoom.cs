using Steth.Agent.Limits;

namespace Steth.Agent.Kernel.Probing;

/// <summary>The sockets that all probes, searches, pings and reflectors of this process have open: descriptors are the process's.</summary>
internal static class ProbeRoom
{
    private static readonly Quota Sockets = new(HostLimits.ProbeSockets);

    /// <summary>Takes the place of a run's sockets until it is disposed.</summary>
    /// <exception cref="Contracts.OperationException">Busy: as many are open as may.</exception>
    public static IDisposable Take(int sockets) => Sockets.Take(sockets) == Shortage.None
        ? new QuotaPart(Sockets, sockets)
        : throw HostLimits.Busy($"{HostLimits.ProbeSockets} sockets of probes are open", "ask again when another check has ended");
}
