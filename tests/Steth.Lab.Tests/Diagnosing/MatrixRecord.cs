using System.Collections.Concurrent;
using System.Globalization;
using Steth.Lab.Faults;
using Steth.Lab.Plan;

[assembly: AssemblyFixture(typeof(Steth.Lab.Tests.Diagnosing.MatrixRecord))]

namespace Steth.Lab.Tests.Diagnosing;

/// <summary>What the runs of the matrix came to. At the end it prints how long they took, and writes the table when that is asked for.</summary>
public sealed class MatrixRecord : IDisposable
{
    private readonly ConcurrentDictionary<(string Fault, string Vm), string?> _wrong = [];
    private readonly ConcurrentBag<TimeSpan> _broken = [];
    private readonly ConcurrentBag<TimeSpan> _healthy = [];
    private int _secondLooks;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_broken.IsEmpty && !_healthy.IsEmpty)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"steth diagnose: {_broken.Count} broken, median {Median(_broken):0.0} s, longest {_broken.Max().TotalSeconds:0.0} s; {_healthy.Count} healthy, median {Median(_healthy):0.0} s, longest {_healthy.Max().TotalSeconds:0.0} s; {_secondLooks} looks more than one after healing"));
        }
        if (FaultMatrix.WritesDocs)
            MatrixPage.Write(_wrong);
    }

    /// <summary>What was named for a fault.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="port">The VM.</param>
    /// <param name="wrong">What was named instead; null: all was right.</param>
    internal void Name(Fault fault, PortPlan port, string? wrong) => _wrong[(fault.Name, port.Name)] = wrong;

    /// <summary>How long the diagnosis of something broken took.</summary>
    internal void Broken(TimeSpan took) => _broken.Add(took);

    /// <summary>How long the diagnosis of a healthy port took, and which attempt it was that found it so.</summary>
    internal void Healed(TimeSpan took, int attempt)
    {
        _healthy.Add(took);
        Interlocked.Add(ref _secondLooks, attempt - 1);
    }

    private static double Median(ConcurrentBag<TimeSpan> times) => times.Order().ElementAt(times.Count / 2).TotalSeconds;
}
