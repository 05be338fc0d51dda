using System.Diagnostics;
using System.Globalization;
using Steth.Neutron.Tests.Labs;

namespace Steth.Neutron.Tests;

/// <summary>Every fault of the lab breaks what it is there to break, steth names it, and it is undone.</summary>
[Collection(NeutronCollection.Name)]
public class FaultTests(NeutronLab lab)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    /// <summary>Fault, and what the VM it is about can no longer do.</summary>
    private static readonly Dictionary<string, (string Vm, string Lost)> s_faults = new()
    {
        ["P1-wrong-host"] = ("t1", "gateway"),
        ["P1-no-physnet"] = ("v2", "gateway"),
        ["P3-dhcp-off"] = ("v1", "lease"),
        ["P3-agent-not-hosting"] = ("t2", "lease"),
        ["P4-port-down"] = ("v2", "gateway"),
        ["P5-router-down"] = ("t1", "gateway"),
        ["F1"] = ("v1", "gateway"),
        ["T3"] = ("t2", "gateway"),
        ["D1-dnsmasq-dead"] = ("v1", "lease"),
        ["D2-no-host-entry"] = ("t1", "lease"),
        ["I1-wrong-tag"] = ("v1", "gateway"),
        ["I1-dead-tag"] = ("t2", "gateway"),
        ["Q2-egress-drop"] = ("v1", "gateway"),
        ["Q2-ingress-drop"] = ("v1", "visitors"),
        ["I3-egress-drop"] = ("t2", "gateway"),
        ["I3-ingress-drop"] = ("t2", "visitors"),
        ["R3-snat-missing"] = ("t1", "outside"),
        ["R3-dnat-missing"] = ("v1", "floating IP"),
        ["M2-agent-stopped"] = ("v1", "metadata"),
        ["M2-wrong-secret"] = ("v1", "metadata"),
    };

    /// <summary>Faults that Neutron's port tells of, with the binding it shows.</summary>
    private static readonly Dictionary<string, (string Vif, string Host)> s_portDown = new()
    {
        ["P1-wrong-host"] = ("binding_failed", "nosuchhost"),
        ["P1-no-physnet"] = ("binding_failed", "comp2"),
        ["P4-port-down"] = ("ovs", "comp2"),
    };

    /// <summary>Fault, what is asked of <c>steth diagnose</c> beside the VM, and the cause it has to name first. {0} is the VM's device on
    /// br-int, {1} its tap.</summary>
    private static readonly Dictionary<string, (string Arguments, string Cause)> s_verdicts = new()
    {
        ["P1-wrong-host"] = ("--peer t2", "P1 nosuchhost -"),
        ["P1-no-physnet"] = ("", "P1 comp2 -"),
        ["P3-dhcp-off"] = ("--symptom no-ip", "P3 - -"),
        ["P3-agent-not-hosting"] = ("", "P3 - -"),
        ["P4-port-down"] = ("--peer v1", "P4 comp2 {0}"),
        ["P5-router-down"] = ("", "P5 - -"),
        ["F1"] = ("--peer v2", "F1 comp1 eth1"),
        ["T3"] = ("--peer t1", "T3 comp2 eth2"),
        ["D1-dnsmasq-dead"] = ("", "D1 net1 *"),
        ["D2-no-host-entry"] = ("", "D2 net1 *"),
        ["I1-wrong-tag"] = ("--peer v2", "I1 comp1 {0}"),
        ["I1-dead-tag"] = ("--peer t1", "I1 comp2 {0}"),
        ["Q2-egress-drop"] = ("", "Q2 comp1 {1}"),
        ["Q2-ingress-drop"] = ("", "Q2 comp1 {1}"),
        ["I3-egress-drop"] = ("", "I3 comp2 {0}"),
        ["I3-ingress-drop"] = ("", "I3 comp2 {0}"),
        ["R3-snat-missing"] = ("", "R3 net1 *"),
        ["R3-dnat-missing"] = ("", "R3 net1 *"),
        ["M2-agent-stopped"] = ("", "M2 net1 /var/lib/neutron/metadata_proxy"),
        ["M2-wrong-secret"] = ("", "M2 net1 /var/lib/neutron/metadata_proxy"),
    };

    public static TheoryData<string> Faults => [.. s_faults.Keys];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Break_TakesSomethingFromTheVm_AndHealGivesItBack(string fault)
    {
        NeutronLab.SkipIfUnavailable();
        var (vm, lost) = s_faults[fault];
        var healthy = ("ovs", lab.Vm(vm).Host, "ACTIVE");
        (await WorksAsync(vm, lost)).ShouldBeTrue("before");
        await lab.BrokenAsync(fault, vm, async () =>
        {
            await UntilAsync(async () => !await WorksAsync(vm, lost), $"{lost} still works");
            await DiagnosedAsync(fault, vm);
            if (s_portDown.TryGetValue(fault, out var binding))
                await UntilAsync(async () => await PortAsync(vm) == (binding.Vif, binding.Host, "DOWN"), "Neutron does not tell");
            else
                (await PortAsync(vm)).ShouldBe(healthy);
        });
        (await WorksAsync(vm, lost)).ShouldBeTrue("after");
        (await PortAsync(vm)).ShouldBe(healthy);
        (await lab.DiagnoseAsync(vm)).ShouldBeHealthy();
    }

    [Fact]
    public async Task AgentDead_ShowsInNeutron_AndTheTrafficGoesOn()
    {
        NeutronLab.SkipIfUnavailable();
        await lab.BrokenAsync("P2-agent-dead", "t1", async () =>
        {
            var agent = (await lab.GetAsync("/agents?host=comp1&agent_type=Open%20vSwitch%20agent")).GetProperty("agents")[0];
            agent.GetProperty("alive").GetBoolean().ShouldBeFalse();
            agent.GetProperty("admin_state_up").GetBoolean().ShouldBeTrue();
            var late = (await lab.GetAsync("/ports?name=late")).GetProperty("ports")[0];
            late.GetProperty("binding:vif_type").GetString().ShouldBe("binding_failed");
            (await WorksAsync("t1", "gateway")).ShouldBeTrue();
            var old = await lab.DiagnoseAsync("t1");
            (old.Status, old.Run.ExitCode).ShouldBe(("healthy", 0), old.Run.Output);
            old.Report.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("id").GetString()).ShouldBe(["P2"]);
            var port = await lab.DiagnoseAsync("late");
            port.Run.ExitCode.ShouldBe(1);
            port.Primary.ShouldBe("P2 comp1 neutron-openvswitch-agent", port.Run.Output);
        });
        (await lab.GetAsync("/agents?alive=false")).GetProperty("agents").GetArrayLength().ShouldBe(0);
        (await lab.GetAsync("/ports?name=late")).GetProperty("ports").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("api-down", "http://10.77.0.10:9696/")]
    [InlineData("keystone-hangs", "http://10.77.0.10:5000/v3")]
    public async Task ApiFault_SilencesTheApi_UntilHealed(string fault, string url)
    {
        NeutronLab.SkipIfUnavailable();
        async Task<int> AskAsync() => (await lab.ExecAsync("ctl", "curl", "-sf", "-m", "3", "-o", "/dev/null", url)).ExitCode;
        await lab.BrokenAsync(fault, null, async () => (await AskAsync()).ShouldBe(fault == "api-down" ? 7 : 28)); // refused; timed out
        (await AskAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Faults_AreAllProvenHere()
    {
        NeutronLab.SkipIfUnavailable();
        (await lab.RunAsync("faults")).MustWork().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0])
            .ShouldBe([.. s_faults.Keys, "P2-agent-dead", "api-down", "keystone-hangs"], ignoreOrder: true);
    }

    [Theory]
    [InlineData(64, "no-such-fault")]
    [InlineData(64, "F1", "t9")]
    [InlineData(64, "Q2-egress-drop", "t2")]
    public async Task Break_OfWhatIsNotThere_IsRefused(int code, params string[] arguments)
    {
        NeutronLab.SkipIfUnavailable();
        (await lab.RunAsync(["break", .. arguments])).ExitCode.ShouldBe(code);
        (await lab.RunAsync("status")).MustWork().ShouldEndWith("nothing is broken\n");
    }

    private async Task DiagnosedAsync(string fault, string name)
    {
        var (arguments, cause) = s_verdicts[fault];
        var vm = lab.Vm(name);
        var diagnosis = await lab.DiagnoseAsync([name, .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        diagnosis.Status.ShouldBe("fault", diagnosis.Run.Output);
        var expected = string.Format(CultureInfo.InvariantCulture, cause, vm.Device, vm.Tap);
        var primary = expected.EndsWith('*') ? diagnosis.Primary[..^diagnosis.Primary.Split(' ')[2].Length] + "*" : diagnosis.Primary;
        primary.ShouldBe(expected, diagnosis.Run.Output);
        diagnosis.Causes.Count.ShouldBe(1, diagnosis.Run.Output);
        diagnosis.Run.ExitCode.ShouldBe(1);
        if (fault[..2] is "Q2" or "I3")
            diagnosis.Causes[0].GetProperty("evidence").ToString().ShouldContain("the security groups of port");
    }

    private async Task<(string? Vif, string? Host, string? Status)> PortAsync(string vm)
    {
        var port = (await lab.GetAsync($"/ports/{lab.Vm(vm).Id}")).GetProperty("port");
        string? Text(string member) => port.GetProperty(member).GetString();
        return (Text("binding:vif_type"), Text("binding:host_id"), Text("status"));
    }

    /// <summary>Whether the VM can do something now. A floating IP without its rules still answers ping: the router does.</summary>
    private async Task<bool> WorksAsync(string name, string what)
    {
        var vm = lab.Vm(name);
        return what switch
        {
            "lease" => await ExitsWithZeroAsync(name, "udhcpc", "-i", "eth0", "-f", "-n", "-q", "-t", "3", "-T", "1", "-s", "/bin/true"),
            "gateway" => await PingsAsync(name, vm.Gateway),
            "outside" => await PingsAsync(name, "198.51.100.1"),
            "visitors" => await PingsAsync(name == "v1" ? "t1" : "v1", vm.Ip),
            "floating IP" => (await lab.ExecAsync("ext", "ping", "-c", "1", "-W", "1", vm.FloatingIp!)).Output
                .Contains("ttl=63", StringComparison.Ordinal),
            "metadata" => await ExitsWithZeroAsync(name, "curl", "-sf", "-m", "4", "-o", "/dev/null", "http://169.254.169.254/"),
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, null),
        };
    }

    private Task<bool> PingsAsync(string from, string to) => ExitsWithZeroAsync(from, "ping", "-c", "1", "-W", "1", to);

    private async Task<bool> ExitsWithZeroAsync(string host, params string[] command) => (await lab.ExecAsync(host, command)).ExitCode == 0;

    private static async Task UntilAsync(Func<Task<bool>> condition, string otherwise)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            waited.Elapsed.ShouldBeLessThan(Patience, otherwise);
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }
}
