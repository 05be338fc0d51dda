using Steth.Lab.Faults;
using Steth.Lab.Plan;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Diagnosing;

/// <summary>
/// Faults of a VM, one at a time: each is named first, at its place, with its symptoms and no others; with all healed, nothing is found.
/// A class for each kind of network and plug, each with a lab of its own, so that they run side by side.
/// </summary>
[TestCaseOrderer(typeof(ByMethodName))]
public abstract class MatrixTests(LabFixture lab, MatrixRecord record)
{
    private const int HealedAttempts = 3;

    /// <summary>Breaks, diagnoses and heals.</summary>
    protected async Task IsNamedAsync(string vm, string faultName)
    {
        LabFixture.SkipIfUnavailable();
        var port = lab.Plan.VmPorts.Single(port => port.Name == vm);
        var fault = FaultCatalogue.Find(faultName);
        var evidence = Path.Combine(Path.GetTempPath(), $"{lab.Name}-{vm}-{faultName}.json");
        Diagnosed broken;
        await lab.BreakAsync(faultName, vm);
        try
        {
            // With the port off br-int no node knows its address any more: its id has to be given.
            broken = faultName == "I1-port-missing"
                ? await Diagnosed.RunAsync(lab, port.Id, "--peer", $"{lab.Plan.Peer(port).Address}", "--save", evidence)
                : await Diagnosed.OfAsync(lab, port, "--save", evidence);
        }
        catch (ShouldAssertException)
        {
            record.Name(fault, port, "no document at all");
            throw;
        }
        finally
        {
            await lab.HealAsync();
        }
        var wrong = Wrong(broken, fault, port).ToArray();
        record.Name(fault, port, wrong.Length == 0 ? null : broken.ToString());
        record.Broken(broken.Took);
        wrong.ShouldBeEmpty($"{broken}; its evidence is kept in {evidence}\n{broken.Reasons}\n{broken.Errors}");
        File.Delete(evidence);
    }

    /// <summary>Diagnoses when nothing is broken any more.</summary>
    protected async Task IsHealthyAsync(string vm)
    {
        LabFixture.SkipIfUnavailable();
        var port = lab.Plan.VmPorts.Single(port => port.Name == vm);
        // Bridges and neighbour tables take a moment after a repair.
        Diagnosed healed;
        var attempt = 1;
        do
            healed = await Diagnosed.OfAsync(lab, port);
        while (healed is not { ExitCode: 0, Findings: [] } && attempt++ < HealedAttempts);
        record.Healthy(healed.Took);
        healed.ShouldBeHealthy();
    }

    private IEnumerable<string> Wrong(Diagnosed broken, Fault fault, PortPlan port)
    {
        var place = (fault.Place ?? fault.Site)(lab.Plan, port);
        if (broken.ExitCode != 1)
            yield return $"exit code {broken.ExitCode} instead of 1";
        if (broken.Status != "fault")
            yield return $"status {broken.Status} instead of fault";
        var expected = $"{fault.Cause} {place.Host} {place.Device}";
        if (broken.Causes.FirstOrDefault() != expected)
            yield return $"first cause {broken.Causes.FirstOrDefault() ?? "none"} instead of {expected}";
        foreach (var symptom in Probing.Symptom.Of(port))
        {
            var status = broken.StatusOf(symptom);
            var breaks = fault.SymptomsOf(port).Contains(symptom);
            // Off br-int no node knows the port's address any more, nor which router it has; a router that is gone tells nothing of its
            // outside: what needs them cannot be asked for.
            if (status is null && fault.Name is "I1-port-missing" or "R1-router-missing")
                continue;
            if (breaks && status == "healthy" && fault.Unseen.Contains(symptom))
                continue;
            if (status is null || status == (breaks ? "healthy" : "fault"))
                yield return $"{symptom} is {status ?? "left out"}, and the fault {(breaks ? "breaks" : "spares")} it";
        }
    }
}
