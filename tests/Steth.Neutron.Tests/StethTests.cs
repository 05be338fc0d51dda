using System.Text.Json;
using Steth.Neutron.Tests.Labs;

namespace Steth.Neutron.Tests;

/// <summary>steth against a cloud whose wiring Neutron's own agents wrote.</summary>
[Collection(NeutronCollection.Name)]
public class StethTests(NeutronLab lab)
{
    public static TheoryData<string> Names => NeutronLab.VmNames;

    [Fact]
    public async Task Agents_AreUpByTheirNames()
    {
        NeutronLab.SkipIfUnavailable();
        var (run, answer) = await lab.StethJsonAsync("agents");
        run.ExitCode.ShouldBe(0, run.Errors);
        answer.EnumerateArray().Select(a => $"{a.GetProperty("name")} {a.GetProperty("status")}")
            .ShouldBe(["ctl up", "net1 up", "comp1 up", "comp2 up"], ignoreOrder: true);
    }

    [Fact]
    public async Task Ports_AreThoseOfTheFourVms()
    {
        NeutronLab.SkipIfUnavailable();
        var (run, answer) = await lab.StethJsonAsync("ports");
        run.ExitCode.ShouldBe(0, run.Errors);
        answer.EnumerateArray().Select(p => Row(p, "id", "host", "device", "mac", "plug", "network_type"))
            .ShouldBe(lab.Vms.Select(vm => $"{vm.Id} {vm.Host} {vm.Device} {vm.Mac} {vm.Plug} {vm.NetworkType}"), ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task CheckDhcpOnComp_Healthy_Passes(string name)
    {
        NeutronLab.SkipIfUnavailable();
        var vm = lab.Vm(name);
        var run = await lab.StethAsync("check-dhcp-on-comp", vm.Id, vm.PhysicalInterface, vm.NetworkType);
        run.ExitCode.ShouldBe(0, run.Errors + run.Output);
        run.Errors.ShouldContain("PASS");
    }

    private static string Row(JsonElement port, params string[] members) =>
        string.Join(' ', members.Select(m => port.GetProperty(m).ToString()));
}
