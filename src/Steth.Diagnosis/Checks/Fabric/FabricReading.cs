using System.Globalization;
using Steth.Diagnosis.Evidence;

namespace Steth.Diagnosis.Checks.Fabric;

/// <summary>Reads what was measured between two NICs.</summary>
internal sealed class FabricReading
{
    private readonly IReadOnlyList<FabricEvidence> _all;
    private readonly NicPair _pair;

    /// <summary>What was measured of a pair.</summary>
    public FabricReading(DiagnosisCase situation, NicPair pair)
    {
        _all = [.. situation.Evidence.Fabric.Where(f => f.Problem is null)];
        _pair = pair;
        There = [.. _all.Where(f => IsFrom(f) && f.ToHost == pair.To.Host && pair.To.Has(f.ToNic))];
        Back = [.. _all.Where(f => f.FromHost == pair.To.Host && pair.To.Has(f.FromNic) && f.ToHost == pair.From.Host
            && pair.From.Has(f.ToNic))];
        Problem = situation.Evidence.Fabric.FirstOrDefault(f => f.Problem is not null && IsFrom(f) && f.ToHost == pair.To.Host)?.Problem;
    }

    /// <summary>In the direction of the lost leg.</summary>
    public IReadOnlyList<FabricEvidence> There { get; }

    /// <summary>In the other.</summary>
    public IReadOnlyList<FabricEvidence> Back { get; }

    /// <summary>Why it could not be measured; null: it was, or nobody tried.</summary>
    public string? Problem { get; }

    /// <summary>The network's own VLAN in the direction of the lost leg; null: not measured.</summary>
    public FabricEvidence? Own => There.FirstOrDefault(f => f.Vlan == _pair.Vlan);

    /// <summary>Something that does cross between the two NICs; null: nothing that was measured.</summary>
    public FabricEvidence? Crossing => There.Concat(Back).FirstOrDefault(f => f.Arrived > 0);

    /// <summary>Frames left, none arrived, and they would have been seen.</summary>
    public static bool IsLost(FabricEvidence measured) => measured is { Left: > 0, Arrived: 0, ListenerAlive: true };

    /// <summary>The switch port that carries the VLAN to no third NIC either; null: not told apart.</summary>
    public Paths.PathHop? Side()
    {
        var (from, to) = (CarriesElsewhere(_pair.From, _pair.To), CarriesElsewhere(_pair.To, _pair.From));
        return from && !to ? _pair.To : to && !from ? _pair.From : null;
    }

    /// <summary>A measurement for a reader.</summary>
    public static string Text(FabricEvidence measured) => string.Create(
        CultureInfo.InvariantCulture,
        $"{NicPair.Text(measured.Vlan)} from {measured.FromHost} {measured.FromNic} to {measured.ToHost} {measured.ToNic}: "
            + $"{measured.Left} left, {measured.Arrived} arrived");

    private bool CarriesElsewhere(Paths.PathHop nic, Paths.PathHop other) => _all.Any(f => f.Vlan == _pair.Vlan && f.Arrived > 0
        && (f.FromHost == nic.Host && nic.Has(f.FromNic) && f.ToHost != other.Host
            || f.ToHost == nic.Host && nic.Has(f.ToNic) && f.FromHost != other.Host));

    private bool IsFrom(FabricEvidence measured) => measured.FromHost == _pair.From.Host && _pair.From.Has(measured.FromNic);
}
