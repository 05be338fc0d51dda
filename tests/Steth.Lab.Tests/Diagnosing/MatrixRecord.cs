using System.Collections.Concurrent;
using System.Globalization;
using Steth.Lab.Faults;
using Steth.Lab.Plan;

[assembly: AssemblyFixture(typeof(Steth.Lab.Tests.Diagnosing.MatrixRecord))]

namespace Steth.Lab.Tests.Diagnosing;

/// <summary>What the runs of the matrix came to: written into the page at once where asked for; at the end, how long they took.</summary>
public sealed class MatrixRecord : IDisposable
{
    private readonly Lock _page = new();
    private readonly ConcurrentBag<TimeSpan> _broken = [];
    private readonly ConcurrentBag<TimeSpan> _healthy = [];

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_broken.IsEmpty && !_healthy.IsEmpty)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"steth diagnose: {_broken.Count} broken, median {Median(_broken):0.0} s; " +
                $"{_healthy.Count} healthy, median {Median(_healthy):0.0} s"));
        }
    }

    /// <summary>What was named for a fault.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="port">The VM.</param>
    /// <param name="wrong">What was named instead; null: all was right.</param>
    internal void Name(Fault fault, PortPlan port, string? wrong)
    {
        if (!FaultMatrix.WritesDocs)
            return;
        lock (_page)
            MatrixPage.Write(fault, port, wrong);
    }

    /// <summary>How long the diagnosis of something broken took.</summary>
    internal void Broken(TimeSpan took) => _broken.Add(took);

    /// <summary>How long the diagnosis of a healthy port took.</summary>
    internal void Healthy(TimeSpan took) => _healthy.Add(took);

    private static double Median(ConcurrentBag<TimeSpan> times) => times.Order().ElementAt(times.Count / 2).TotalSeconds;
}
