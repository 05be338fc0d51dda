using System.Net;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// D3: an OFFER came from somebody who is no DHCP port of the network, by its MAC and its server identifier (option 54, RFC 2132). Placed
/// where it was first seen coming in. Two servers of Neutron's own are normal.
/// </summary>
public sealed class RogueDhcpServerCheck : IDiagnosisCheck
{
    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.RogueDhcpServer;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        // A network that Neutron does not serve may well have a server of its own.
        if (situation.Port.DhcpPorts.Count == 0 || situation.Probe(ProbeKind.Dhcp) is not { } probe)
            yield break;
        var foreign = probe.Sightings.Where(s => !s.IsRequest && s.Message == "DHCPOFFER" && IsForeign(situation, s));
        foreach (var server in foreign.GroupBy(s => (Id: s.Sender, Mac: s.SourceMac)))
        {
            var first = First(situation, server);
            var who = $"{server.Key.Id ?? "a server without an identifier"} ({server.Key.Mac?.ToString() ?? "MAC not known"})";
            var own = string.Join(", ", situation.Port.DhcpPorts.Select(p => $"{(p.Addresses is [var a, ..] ? a : null)} ({p.Mac})"));
            var where = $"{(first.Direction == FrameDirection.In ? "coming in by" : "leaving")} {first.Device}";
            yield return new Finding
            {
                Cause = Cause,
                Host = first.Host,
                Device = first.Device,
                At = situation.HopsOf(first.Host, first.Device),
                Breaks = [ProbeKind.Dhcp],
                IsObserved = true,
                IsDecisive = true,
                Evidence = [$"{first.Host}: a DHCPOFFER of {who} was seen {where}; the network's servers are {own}"],
                Remedy = $"find the device with MAC {server.Key.Mac?.ToString() ?? "(not known)"} in the MAC tables behind {first.Host} "
                    + $"{first.Device} and take its DHCP server off the network",
            };
        }
    }

    private static bool IsForeign(DiagnosisCase situation, Sighting offer)
    {
        var own = situation.Port.DhcpPorts;
        if (offer.SourceMac is { } mac && own.All(p => p.Mac is not null))
            return own.All(p => p.Mac != mac);
        return IPAddress.TryParse(offer.Sender, out var id) && own.All(p => p.Addresses.Count > 0)
            && !own.Any(p => p.Addresses.Contains(id));
    }

    // A node whose NIC it leaves by is where it comes from; a node whose NIC it comes in by got it from the fabric. Clocks of two nodes may
    // differ, so time decides last.
    private static Sighting First(DiagnosisCase situation, IEnumerable<Sighting> offers)
    {
        var all = offers.OrderBy(s => s.At).ToList();
        var wire = all.Where(s => situation.HopsOf(s.Host, s.Device).Any(h => h.Kind == HopKind.Nic)).ToList();
        return all.FirstOrDefault(s => wire.Any(w => w.Host == s.Host && w.Direction == FrameDirection.Out))
            ?? wire.FirstOrDefault(s => s.Host == situation.GuestHost?.Name && s.Direction == FrameDirection.In)
            ?? wire.FirstOrDefault(s => s.Direction == FrameDirection.In) ?? all[0];
    }
}
