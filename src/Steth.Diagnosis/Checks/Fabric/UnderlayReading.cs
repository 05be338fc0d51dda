using System.Globalization;
using Steth.Diagnosis.Evidence;

namespace Steth.Diagnosis.Checks.Fabric;

/// <summary>Reads the echoes between the tunnel endpoints of two nodes, whichever of them asked.</summary>
internal sealed class UnderlayReading
{
    /// <summary>What was measured between the nodes of a pair.</summary>
    public UnderlayReading(DiagnosisCase situation, string from, string to)
    {
        var all = situation.Evidence.Underlay
            .Where(u => u.FromHost == from && u.ToHost == to || u.FromHost == to && u.ToHost == from).ToList();
        Problem = all.FirstOrDefault(u => u.Problem is not null)?.Problem;
        Sizes = [.. all.Where(u => u.Problem is null).SelectMany(u => u.Sizes).Where(s => s.Sent > 0)];
        Text = [.. all.Where(u => u.Problem is null).Select(Describe)];
    }

    /// <summary>Why it could not be measured; null: it was, or nobody tried.</summary>
    public string? Problem { get; }

    /// <summary>The sizes that were sent.</summary>
    public IReadOnlyList<UnderlaySize> Sizes { get; }

    /// <summary>A sentence for each direction.</summary>
    public IReadOnlyList<string> Text { get; }

    /// <summary>Length of the largest packet that was answered; null: none was.</summary>
    public int? Largest => Sizes.Where(s => s.Received > 0).Select(s => (int?)s.IpLength).Max();

    /// <summary>Length of the smallest packet beyond that which was not answered; null: none was lost.</summary>
    public int? StopsAt => Sizes.Where(s => s.Received == 0 && s.IpLength > (Largest ?? 0)).Select(s => (int?)s.IpLength).Min();

    /// <summary>Echoes were sent and none was answered.</summary>
    public bool IsSilent => Sizes.Count > 0 && Largest is null;

    private static string Describe(UnderlayEvidence underlay)
    {
        var sizes = underlay.Sizes.OrderBy(s => s.IpLength).Select(s => string.Create(
            CultureInfo.InvariantCulture,
            $"{s.Received} of {s.Sent} with {s.IpLength} bytes{(s.Reason is { } reason && s.Received == 0 ? $" ({reason})" : "")}"));
        return $"Echoes from {underlay.FromHost} to {underlay.ToHost} ({underlay.Target}) answered: {string.Join(", ", sizes)}";
    }
}
