using Steth.Controller.Diagnosing;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;

namespace Steth.Cli.Rendering;

/// <summary>
/// A diagnosis as it runs: the probes, and the way of the one in flight with its hops ticked off. Drawn below the line of
/// <see cref="Progress"/>, which draws nothing where nobody watches.
/// </summary>
public sealed class DiagnosisView : IDiagnosisObserver
{
    // With the line above it fits the smallest terminal there is.
    private const int MostLines = 16;

    private readonly Lock _lock = new();
    private readonly Progress _progress;
    private readonly HashSet<(ProbePath Way, int Hop, bool IsRequest)> _seen = [];
    private IReadOnlyList<ProbePath> _ways = [];

    /// <summary>Takes its place below the progress line.</summary>
    public DiagnosisView(Progress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        _progress = progress;
        progress.Watch(Lines);
    }

    /// <inheritdoc/>
    public void Stage(string what) => _progress.Report(what);

    /// <inheritdoc/>
    public void Ways(IReadOnlyList<ProbePath> ways)
    {
        lock (_lock)
        {
            _ways = [.. ways];
            _seen.Clear();
        }
    }

    /// <inheritdoc/>
    public void Seen(ProbeKind probe, Sighting sighting)
    {
        ArgumentNullException.ThrowIfNull(sighting);
        var one = new ProbeEvidence { Kind = probe, Sightings = [sighting] };
        lock (_lock)
        {
            foreach (var way in _ways.Where(w => w.Probe == probe))
            {
                for (var i = 0; i < way.Hops.Count; i++)
                {
                    if (ProbeReader.At(way.Hops[i], one, sighting.IsRequest).Any())
                        _seen.Add((way, i, sighting.IsRequest));
                }
            }
        }
    }

    private IReadOnlyList<string> Lines(int width)
    {
        lock (_lock)
        {
            if (_ways.Count == 0)
                return [];
            var probes = _ways.Select(w => w.Probe).Distinct().ToList();
            var current = probes.LastOrDefault(p => _seen.Any(s => s.Way.Probe == p), probes[0]);
            var marked = string.Join(' ', probes.Select(p => $"{EnumText.Of(p)}\u00a0{Mark(p)}"));
            List<string> lines = [.. TextLines.Hang("  ", marked, width)];
            foreach (var way in _ways.Where(w => w.Probe == current))
            {
                lines.AddRange(TextLines.Hang("  ", $"{EnumText.Of(current)} to {way.Answerer}:", width));
                lines.AddRange(Hosts(way, width));
            }
            return lines.Count <= MostLines ? lines : [.. lines.Take(MostLines - 1), "    ..."];
        }
    }

    private IEnumerable<string> Hosts(ProbePath way, int width)
    {
        for (var i = 0; i < way.Hops.Count;)
        {
            var host = way.Hops[i].Host;
            var first = i;
            while (i < way.Hops.Count && way.Hops[i].Host == host)
                i++;
            var hops = Enumerable.Range(first, i - first).Select(h => $"{Name(way.Hops[h])}\u00a0{Mark(way, h)}");
            foreach (var line in TextLines.Hang(TextLines.Pad($"    {DisplayText.Clean(host)}  ", 14), string.Join(' ', hops), width))
                yield return line;
        }
    }

    private char Mark(ProbeKind probe)
    {
        var marks = _ways.Where(w => w.Probe == probe && w.Hops.Count > 0)
            .Select(w => Mark(w, probe.EndsAtGuest() ? w.Hops.Count - 1 : 0)).ToList();
        return marks.Contains('✓') ? '✓' : marks.Contains('→') ? '→' : '·';
    }

    // Whoever saw it further on proves that it came through here.
    private char Mark(ProbePath way, int hop)
    {
        var request = _seen.Any(s => s.Way == way && s.IsRequest && s.Hop >= hop);
        var answer = _seen.Any(s => s.Way == way && !s.IsRequest && s.Hop <= hop);
        return answer || request && way.Probe.EndsAtGuest() ? '✓' : request ? '→' : '·';
    }

    // The names of taps and veths begin with what they are, and their host's line has one of each.
    private static string Name(PathHop hop) => DisplayText.Clean(hop.Kind switch
    {
        HopKind.Tap => "tap",
        HopKind.Qbr => "qbr",
        HopKind.Qvb => "qvb",
        HopKind.Qvo => "qvo",
        HopKind.DhcpPort => "dhcp",
        HopKind.RouterInterface => "qr",
        HopKind.RouterGateway => "qg",
        _ => hop.Device,
    });
}
