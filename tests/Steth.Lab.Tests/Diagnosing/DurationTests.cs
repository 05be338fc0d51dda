using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Diagnosing;

/// <summary>How long a diagnosis takes, with the machine to itself as far as these tests go: they run when all others have ended.</summary>
[Collection(AloneCollection.Name)]
public class DurationTests(LabFixture lab) : IClassFixture<LabFixture>
{
    private const int Runs = 3;

    [Theory]
    [InlineData("vm1", null, 8)]
    [InlineData("vm6", null, 8)]
    [InlineData("vm1", "F1", 10)]
    [InlineData("vm6", "T3-vxlan-filtered", 10)]
    public async Task Diagnose_TakesSecondsOnly(string vm, string? fault, int seconds)
    {
        LabFixture.SkipIfUnavailable();
        var port = lab.Plan.VmPorts.Single(port => port.Name == vm);
        var times = new List<TimeSpan>();
        if (fault is not null)
            await lab.BreakAsync(fault, vm);
        try
        {
            for (var run = 0; run < Runs; run++)
                times.Add((await Diagnosed.OfAsync(lab, port)).Took);
        }
        finally
        {
            await lab.HealAsync();
        }
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{vm} {fault ?? "healthy"}: median {times.Order().ElementAt(Runs / 2).TotalSeconds:0.0} s");
        // Another program can only make it longer: the shortest is what the diagnosis itself needs.
        times.Min().ShouldBeLessThan(TimeSpan.FromSeconds(seconds));
    }
}
