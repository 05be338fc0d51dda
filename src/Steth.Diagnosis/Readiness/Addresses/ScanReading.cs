using System.Net;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Readiness.Addresses;

/// <summary>What the scans say of one address, and what their silence is worth.</summary>
public sealed class ScanReading
{
    private readonly IReadOnlyList<NeighbourScanEvidence> _scans;

    /// <summary>Reads the scans that asked for an address.</summary>
    public ScanReading(IPAddress address, IEnumerable<NeighbourScanEvidence> scans)
    {
        Address = address;
        _scans = [.. scans.Where(s => s.Targets.Any(t => t.Address.Equals(address)))];
        Macs = [.. _scans.SelectMany(s => s.Targets).Where(t => t.Address.Equals(address)).SelectMany(t => t.Macs).Distinct()];
    }

    /// <summary>The address.</summary>
    public IPAddress Address { get; }

    /// <summary>Everybody who said to have it.</summary>
    public IReadOnlyList<MacAddress> Macs { get; }

    /// <summary>Nodes that asked, with the device.</summary>
    public IReadOnlyList<string> Askers => [.. _scans.Select(s => $"{s.Node} ({s.Device})")];

    /// <summary>Whoever asked and could have heard an answer is the node itself, which hears nothing from itself.</summary>
    public bool IsAskedOnlyBy(string node) => _scans.Where(s => DoubtOf(s) is null).All(s => s.Node == node);

    /// <summary>
    /// Why "nobody else answered" proves nothing: no scan that was listening saw all requests leave and anybody answer.
    /// Null: it does.
    /// </summary>
    public string? Doubt
    {
        get
        {
            var doubts = _scans.Select(DoubtOf).ToList();
            return doubts.Count == 0 ? "no node could ask for it" : doubts.Contains(null) ? null : doubts[0];
        }
    }

    private static string? DoubtOf(NeighbourScanEvidence scan) =>
        scan.Problem is { } problem ? $"the scan by {scan.Node} ({scan.Device}) failed: {problem}"
        : scan.Dropped > 0 ? $"{scan.Node} ({scan.Device}) may have missed {scan.Dropped} frames"
        : scan.Left < Math.Max(1, scan.Sent) ? $"{scan.Node} ({scan.Device}) saw {scan.Left} of {scan.Sent} requests leave"
        : scan.Targets.Any(t => t.Macs.Count > 0) ? null
        : $"nobody else answered {scan.Node} ({scan.Device}) either";
}
