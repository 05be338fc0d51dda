using Steth.Lab.Faults;
using Steth.Lab.Names;
using Steth.Lab.Plan;
using Steth.Lab.Probing;
using Steth.Lab.Processes;
using Steth.Lab.State;
using Steth.Lab.Tests.Diagnosing;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Faults;

/// <summary>
/// Every fault on a VM that it fits: it breaks exactly the symptoms it says, as the VM itself sees them, and healing brings back exactly what
/// was. A class for each kind of network and plug, each with a lab of its own, so that they run side by side.
/// </summary>
public abstract class HealingTests(StandInLab lab)
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(1200);
    private const int Attempts = 6;

    /// <summary>The faults for a VM: by turns, or with STETH_FULL_MATRIX all that fit it.</summary>
    protected static TheoryData<string> FaultsOf(string vm) => FaultMatrix.FaultsOf(vm);

    /// <summary>Breaks, tries, heals and tries again.</summary>
    protected async Task BreaksAndHealsAsync(string vm, string faultName)
    {
        LabFixture.SkipIfUnavailable();
        var ct = TestContext.Current.CancellationToken;
        var name = LabName.Parse(lab.Name);
        var (plan, directory, launcher) = (new LabPlan(name), new LabDirectory(name), new Launcher(name));
        var port = plan.VmPorts.Single(port => port.Name == vm);
        var fault = FaultCatalogue.Find(faultName);
        var book = new FaultBook(plan, directory, launcher);
        var before = await lab.BaselineAsync();

        await book.BreakAsync(faultName, vm, ct);
        var touched = directory.ReadUp().Faults.Single().Undo.Select(command => command.Host).Distinct().ToArray();
        try
        {
            (await SymptomsAsync(fault.SymptomsOf(port))).ShouldBe(fault.SymptomsOf(port));
        }
        finally
        {
            await book.HealAsync(null, ct);
        }
        (await SymptomsAsync([])).ShouldBeEmpty();
        foreach (var host in touched)
            (await lab.SnapshotAsync(host)).ShouldBe(before[host], host);

        async Task<IReadOnlyList<string>> SymptomsAsync(IReadOnlyList<string> expected)
        {
            IReadOnlyList<string> seen = [];
            // A busy machine or a bridge that has just been put right answers late: only what stays so counts.
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                var probe = new GuestProbe(plan, directory.ReadUp(), launcher) { Patience = attempt == 0 ? Short : Long };
                seen = [.. (await probe.TryAsync(port, ct)).Where(result => result.Wrong is not null).Select(result => result.Symptom)];
                if (seen.SequenceEqual(expected))
                    break;
                // What is refused is refused at once, until the program that was just started listens.
                await Task.Delay(Short, ct);
            }
            return seen;
        }
    }
}
