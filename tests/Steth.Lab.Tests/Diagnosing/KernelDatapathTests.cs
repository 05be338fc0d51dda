using System.Text.Json;
using Steth.Lab.Faults;
using Steth.Lab.Names;
using Steth.Lab.Plan;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Diagnosing;

/// <summary>
/// What nearly every cloud has and most test machines have not: the kernel's Open vSwitch datapath. A guest whose kernel has it is booted
/// once and asked everything. A guest has one slow CPU: it runs when all other tests of the lab have ended.
/// </summary>
[Collection(AloneCollection.Name)]
public class KernelDatapathTests
{
    // The lab in the guest has the default name: its ids and devices are those of this plan.
    private static readonly LabPlan Plan = new(LabName.Default);

    /// <summary>VM and fault; an empty fault: nothing is broken.</summary>
    private static readonly (string Vm, string Fault)[] Questions =
    [
        ("vm3", ""), ("vm1", ""), ("vm6", ""), ("vm7", ""),
        ("vm3", "I3-egress-drop"), ("vm1", "Q2-egress-drop"), ("vm3", "U2-outbound-missing"),
        ("vm6", "T3-host-filter-in"), ("vm6", "T3-host-filter-in-network-node"),
    ];

    [Fact]
    public async Task Diagnose_OnTheKernelsDatapath_NamesWhatIsBrokenAndNothingElse()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("STETH_KERNEL_DATAPATH") == "1",
            "a lab in a guest with one slow CPU takes a quarter of an hour: set STETH_KERNEL_DATAPATH=1");
        Assert.SkipUnless(LabProgram.Obstacle is null, LabProgram.Obstacle ?? "");
        Assert.SkipUnless(Guest.Obstacle is null, Guest.Obstacle ?? "");
        var run = await Guest.RunAsync("kernel-datapath.sh", TimeSpan.FromSeconds(1800), "2G",
            [LabProgram.Path, Commands.Steth.Path, Commands.Steth.AgentPath, .. Questions.Select(Text)]);

        run.ExitCode.ShouldBe(0, run.Output + run.Errors);
        var answers = run.Output.Split("== ", StringSplitOptions.RemoveEmptyEntries).Chunk(2).ToArray();
        answers.Select(answer => answer[0].Split('\n')[0]).ShouldBe(Questions.Select(Text));
        answers.Select((answer, i) => Verdict(Questions[i], answer)).ShouldBe(Questions.Select(Expected), run.Output + run.Errors);
    }

    private static string Text((string Vm, string Fault) question) =>
        $"{question.Vm}={Vm(question).Address}{(question.Fault.Length == 0 ? "" : $"={question.Fault}")}";

    private static string Expected((string Vm, string Fault) question)
    {
        if (question.Fault.Length == 0)
            return $"{question.Vm}: healthy, exit 0, findings: ";
        var fault = FaultCatalogue.Find(question.Fault);
        var place = (fault.Place ?? fault.Site)(Plan, Vm(question));
        return $"{question.Vm} {question.Fault}: fault, exit 1, {fault.Cause} {place.Host} {place.Device}";
    }

    private static string Verdict((string Vm, string Fault) question, string[] answer)
    {
        using var report = JsonDocument.Parse(answer[0][answer[0].IndexOf('\n', StringComparison.Ordinal)..]);
        var verdict = report.RootElement.GetProperty("verdict");
        var said = $"{verdict.GetProperty("status").GetString()}, {answer[1].Trim()}";
        return question.Fault.Length == 0
            ? $"{question.Vm}: {said}, findings: {string.Join(", ", Commands.Steth.Rows(report.RootElement.GetProperty("findings"), "id", "host", "state"))}"
            : $"{question.Vm} {question.Fault}: {said}, {Commands.Steth.Rows(verdict.GetProperty("causes"), "id", "host", "device").FirstOrDefault()}";
    }

    private static PortPlan Vm((string Vm, string Fault) question) => Plan.VmPorts.Single(port => port.Name == question.Vm);
}
