using Steth.Neutron.Tests.Labs;

namespace Steth.Neutron.Tests;

/// <summary>steth diagnose where Neutron cannot, shall not or will not be asked: the nodes' records serve, and it says so.</summary>
[Collection(NeutronCollection.Name)]
public class DiagnoseApiTests(NeutronLab lab)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task ApiDown_TheNodesServe_AndAFaultIsStillFound()
    {
        NeutronLab.SkipIfUnavailable();
        var vm = lab.Vm("v1");
        await lab.BrokenAsync("api-down", null, async () =>
        {
            var healthy = await lab.DiagnoseAsync(
                vm.Id, "--peer", lab.Vm("v2").Id, "--symptom", "no-ip", "--symptom", "no-internet", "--symptom", "no-floating-ip",
                "--symptom", "no-peer");
            healthy.ShouldBeHealthy();
            healthy.Port("source").ShouldBe("nodes");
            healthy.Notes.ShouldContain("refuses connections");
            healthy.Notes.ShouldContain("The nodes' own records were used instead.");
            // The metadata agent asks neutron-server which guest it is asked by.
            var metadata = await lab.DiagnoseAsync(vm.Id, "--symptom", "no-metadata");
            (metadata.Run.ExitCode, metadata.Primary[..7]).ShouldBe((1, "M2 net1"), metadata.Run.Output);
            (await lab.RunAsync("break", "F1")).MustWork();
            var broken = await lab.DiagnoseAsync(vm.Mac, "--peer", lab.Vm("v2").Id, "--symptom", "no-ip", "--symptom", "no-peer");
            (broken.Run.ExitCode, broken.Causes[0].GetProperty("host").GetString(), broken.Port("source"))
                .ShouldBe((1, "comp1", "nodes"), broken.Run.Output);
            broken.Causes[0].GetProperty("id").GetString().ShouldBeOneOf("F1", "F5");
        });
    }

    [Fact]
    public async Task Offline_AsksNoApi()
    {
        NeutronLab.SkipIfUnavailable();
        var nobody = new Dictionary<string, string> { ["OS_AUTH_URL"] = "http://10.77.0.10:1/v3" };
        var diagnosis = await lab.DiagnoseAsync(nobody, lab.Vm("t2").Id, "--offline", "--debug");
        diagnosis.ShouldBeHealthy();
        diagnosis.Port("source").ShouldBe("nodes");
        diagnosis.Notes.ShouldBeEmpty();
        diagnosis.Run.Errors.ShouldNotContain("10.77.0.10:1");
    }

    [Fact]
    public async Task KeystoneHangs_TheRunEndsSoon_ByTheNodes()
    {
        NeutronLab.SkipIfUnavailable();
        await lab.BrokenAsync("keystone-hangs", null, async () =>
        {
            var diagnosis = await lab.DiagnoseAsync(lab.Vm("t1").Id);
            diagnosis.ShouldBeHealthy();
            diagnosis.Elapsed.ShouldBeLessThan(s_patience);
            diagnosis.Port("source").ShouldBe("nodes");
            diagnosis.Notes.ShouldContain("did not answer within");
        });
    }

    [Fact]
    public async Task WrongPassword_IsSaid_AndTheNodesServe()
    {
        NeutronLab.SkipIfUnavailable();
        var wrong = new Dictionary<string, string> { ["OS_PASSWORD"] = "not-the-password" };
        var diagnosis = await lab.DiagnoseAsync(wrong, lab.Vm("v2").Id);
        diagnosis.ShouldBeHealthy();
        diagnosis.Port("source").ShouldBe("nodes");
        diagnosis.Notes.ShouldContain("401");

        var unknown = await LabProgram.RunAsync(LabProgram.Steth, lab.With(wrong), s_patience, "diagnose", "v2");
        unknown.ExitCode.ShouldBe(64);
        unknown.Errors.ShouldContain("401");
        unknown.Errors.ShouldNotContain("not-the-password");
    }
}
