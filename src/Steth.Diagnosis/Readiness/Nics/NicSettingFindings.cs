using System.Globalization;

namespace Steth.Diagnosis.Readiness.Nics;

/// <summary>
/// Settings that differ between equal NICs: those of one network that are the same kind of thing, and, for what is the driver's, have the
/// same driver. NICs that differ alike are one finding, whatever number of settings it is.
/// </summary>
internal static class NicSettingFindings
{
    private const string Offload = "offload ";

    private static readonly (string Name, bool OfDriver, Func<JudgedNic, string?> Read)[] _settings =
    [
        ("MTU", false, n => Whole(n.Facts!.Mtu)),
        ("driver", false, n => n.Facts!.Driver),
        ("driver version", true, n => n.Facts!.DriverVersion),
        ("firmware", true, n => n.Facts!.Firmware),
        ("rx ring", true, n => Whole(n.Facts!.Ring?.Rx)),
        ("tx ring", true, n => Whole(n.Facts!.Ring?.Tx)),
        ("LACP rate", false, n => n.Facts!.Bond?.LacpRate),
        ("transmit hash policy", false, n => n.Facts!.Bond?.XmitHash),
        ("members", false, n => Whole(n.Facts!.Bond?.Members.Count)),
    ];

    /// <summary>Judges.</summary>
    public static IEnumerable<CheckFinding> Of(IReadOnlyList<JudgedNic> nics)
    {
        var found = new List<Deviation>();
        foreach (var network in nics.SelectMany(n => n.Networks).Distinct().ToList())
        {
            foreach (var equal in nics.Where(n => n.Facts is not null && n.Networks.Contains(network)).GroupBy(n => n.Role))
            {
                found.AddRange(Compared([.. equal], network, ofDriver: false));
                // A bond has no driver of its own to set.
                var driven = equal.Where(n => n is { Role: not NicRole.Bond, Facts.Driver: not null });
                foreach (var driver in driven.GroupBy(n => n.Facts!.Driver))
                    found.AddRange(Compared([.. driver], network, ofDriver: true));
            }
        }
        return Findings(found);
    }

    private static IEnumerable<Deviation> Compared(IReadOnlyList<JudgedNic> equal, string network, bool ofDriver)
    {
        foreach (var (name, _, read) in _settings.Where(s => s.OfDriver == ofDriver))
        {
            if (Deviates(equal, network, name, read) is { } deviation)
                yield return deviation;
        }
        if (!ofDriver)
            yield break;
        foreach (var feature in equal.SelectMany(n => n.Facts!.Offloads?.Keys ?? []).Distinct().Order(StringComparer.Ordinal))
        {
            if (Deviates(equal, network, $"{Offload}{feature}", n => OnOff(n, feature)) is { } deviation)
                yield return deviation;
        }
    }

    private static Deviation? Deviates(IReadOnlyList<JudgedNic> equal, string network, string setting, Func<JudgedNic, string?> read)
    {
        // Two cards in each node are meant so: a name whose NICs are alike on all nodes is never blamed.
        HashSet<string> meant = [.. equal.GroupBy(n => n.Name).Where(g => g.Count() > 1 && !Parted(g).Differ).Select(g => g.Key)];
        List<JudgedNic> doubtful = [.. equal.Where(n => !meant.Contains(n.Name))];
        var peers = Parted(equal);
        if (!peers.HasMajority)
            peers = Parted(doubtful);
        if (!peers.Differ)
            return null;
        List<(string Value, IReadOnlyList<JudgedNic> Nics)> blamed =
        [
            .. peers.Values.Where(v => !peers.HasMajority || v.Value != peers.Majority)
                .Select(v => (v.Value, (IReadOnlyList<JudgedNic>)[.. v.Nics.Where(doubtful.Contains)])).Where(v => v.Item2.Count > 0),
        ];
        return blamed.Count == 0 ? null : new Deviation(
            network, setting, peers.HasMajority ? peers.Majority : null, blamed,
            [.. equal.Where(n => blamed.Any(v => v.Nics.Contains(n)))]);

        Peers<string> Parted(IEnumerable<JudgedNic> nics) => Peers<string>.Of(nics, n => (read(n) is not null, read(n) ?? ""));
    }

    private static IEnumerable<CheckFinding> Findings(List<Deviation> found)
    {
        foreach (var fold in found.GroupBy(d => (string.Join('\n', d.Nics.Select(n => n.Text)), d.Majority is not null)).ToList())
        {
            List<Deviation> settings = [.. fold.DistinctBy(d => d.Text)];
            var nics = settings[0].Nics;
            foreach (var nic in nics)
                nic.Blame(string.Join("; ", settings.Select(s => s.Of(nic))));
            // One switched off by hand takes several of the kernel's features along.
            var offloads = settings.Count(s => s.Setting.StartsWith(Offload, StringComparison.Ordinal));
            var names = settings.Select(s => s.Setting);
            var what = NodeNames.Join(offloads < 2 ? [.. names]
                : [.. names.Where(s => !s.StartsWith(Offload, StringComparison.Ordinal)), $"{offloads} offloads"]);
            var networks = NodeNames.Join([.. fold.Select(d => d.Network).Distinct()]);
            var who = settings[0].Majority is null
                ? $"equal NICs of {networks} differ"
                : $"{NicFindings.Names(nics)} {NicFindings.Verb(nics, "differs", "differ")} from most of {networks}";
            yield return NicFindings.Of(
                "nic-settings-differ", settings is [var only] ? $"{who}: {only.Text}" : $"{who} in {what}", nics,
                [.. settings.Select(s => s.Text)],
                "Give equal nodes the same settings (ethtool -g, -k and -i, ip link), and see that they are set with the host.");
        }
    }

    private static string? OnOff(JudgedNic nic, string feature) =>
        nic.Facts!.Offloads is { } offloads && offloads.TryGetValue(feature, out var on) ? on ? "on" : "off" : null;

    private static string? Whole(long? value) => value?.ToString(CultureInfo.InvariantCulture);

    /// <summary>A setting that is not the same everywhere.</summary>
    /// <param name="Network">Where it was compared.</param>
    /// <param name="Setting">Which.</param>
    /// <param name="Majority">What most have; null: there is no majority.</param>
    /// <param name="Values">What those that are blamed have.</param>
    /// <param name="Nics">Those.</param>
    private sealed record Deviation(
        string Network, string Setting, string? Majority, IReadOnlyList<(string Value, IReadOnlyList<JudgedNic> Nics)> Values,
        IReadOnlyList<JudgedNic> Nics)
    {
        public string Text { get; } = Majority is null
            ? $"{Setting} is {Each(Values)}"
            : $"{Setting} is {(Values is [var one] ? one.Value : Each(Values))}, on most {Majority}";

        public string Of(JudgedNic nic) =>
            $"{Setting} is {Values.First(v => v.Nics.Contains(nic)).Value}, {(Majority is null ? "on others not" : $"on most {Majority}")}";

        private static string Each(IReadOnlyList<(string Value, IReadOnlyList<JudgedNic> Nics)> values) =>
            NodeNames.Join([.. values.Select(v => $"{v.Value} on {NicFindings.Names(v.Nics)}")]);
    }
}
