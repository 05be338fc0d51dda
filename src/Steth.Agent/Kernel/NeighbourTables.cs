namespace Steth.Agent.Kernel;

/// <summary>The kernel's tables of neighbours, ARP's and IPv6's (arp(7)).</summary>
public static class NeighbourTables
{
    /// <summary>
    /// How often a new neighbour found no room since the host started (gc_thresh3): what was sent to it is lost, though sending it was no
    /// error. Null: the kernel does not tell.
    /// </summary>
    public static long? Full()
    {
        try
        {
            return ((string[])["arp_cache", "ndisc_cache"])
                .Select(table => KernelStatistics.Read(table) is { } text ? KernelStatistics.Sum(text, "table_fulls") : null)
                .Aggregate((sum, full) => sum + full ?? sum ?? full);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }
}
