using System.Text.Json;
using Steth.Neutron.Tests.Labs;

namespace Steth.Neutron.Tests;

/// <summary>What works for a guest of a healthy cloud.</summary>
[Collection(NeutronCollection.Name)]
public class GuestTests(NeutronLab lab)
{
    private const string Outside = "198.51.100.1";

    public static TheoryData<string> Names => NeutronLab.VmNames;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Vm_HasItsLeaseAndReachesAll(string name)
    {
        NeutronLab.SkipIfUnavailable();
        var vm = lab.Vm(name);
        (await lab.ExecAsync(name, "cat", "/run/lease")).MustWork().ShouldStartWith($"{vm.Ip}/24 server=");
        foreach (var target in lab.Vms.Where(other => other.Name != name).Select(other => other.Ip).Append(vm.Gateway).Append(Outside))
            (await lab.ExecAsync(name, "ping", "-c", "1", "-W", "2", target)).ExitCode.ShouldBe(0, target);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Vm_ReadsItsMetadata(string name)
    {
        NeutronLab.SkipIfUnavailable();
        const string Url = "http://169.254.169.254/openstack/latest/meta_data.json";
        var answer = (await lab.ExecAsync(name, "curl", "-sf", "-m", "5", Url)).MustWork();
        var instance = (await lab.GetAsync($"/ports/{lab.Vm(name).Id}")).GetProperty("port").GetProperty("device_id").GetString();
        JsonElement.Parse(answer).GetProperty("uuid").GetString().ShouldBe(instance);
    }

    [Theory]
    [InlineData("t2")]
    [InlineData("v1")]
    public async Task FloatingIp_AnswersTheOutside(string name)
    {
        NeutronLab.SkipIfUnavailable();
        var floating = lab.Vm(name).FloatingIp.ShouldNotBeNull();
        (await lab.ExecAsync("ext", "ping", "-c", "1", "-W", "2", floating)).ExitCode.ShouldBe(0);
    }
}
