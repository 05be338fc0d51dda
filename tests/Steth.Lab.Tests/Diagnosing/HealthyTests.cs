using Steth.Lab.Probing;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Diagnosing;

/// <summary>A lab in which nothing is broken: nothing is ever found, whichever VM and symptom is asked about.</summary>
public class HealthyTests(LabFixture lab) : IClassFixture<LabFixture>
{
    /// <summary>How often; the symptoms are told apart by turns.</summary>
    public static TheoryData<int> Rounds => new(Enumerable.Range(0, FaultMatrix.IsFull ? 100 : 20));

    [Theory]
    [MemberData(nameof(Rounds))]
    public async Task Diagnose_Healthy_FindsNothing(int round)
    {
        LabFixture.SkipIfUnavailable();
        var port = lab.Plan.VmPorts[round % lab.Plan.VmPorts.Count];
        var symptoms = Symptom.Of(port);
        // The first round over the VMs looks for everything, the next ones for one symptom after the other.
        var turn = round / lab.Plan.VmPorts.Count;
        string[] asked = turn == 0 ? [.. symptoms] : [symptoms[(turn - 1 + round) % symptoms.Count]];

        var healthy = await Diagnosed.OfAsync(lab, port, [.. turn == 0 ? [] : asked.SelectMany(symptom => new[] { "--symptom", symptom })]);

        healthy.ShouldBeHealthy();
        healthy.Symptoms.ShouldBe(asked.Select(symptom => symptom + " healthy"));
        healthy.Causes.ShouldBeEmpty();
        healthy.Unreachable.ShouldBeEmpty();
        healthy.Report.GetProperty("ruled_out").GetArrayLength().ShouldBe(0);
        healthy.Hops.ShouldNotBeEmpty();
        healthy.Hops.ShouldAllBe(hop => hop.EndsWith(" PASS"));
    }
}
