using System.Text.RegularExpressions;
using Steth.Neutron.Tests.Labs;

namespace Steth.Neutron.Tests;

/// <summary>steth diagnose of a cloud in which nothing is broken: it finds the port by any of its names, and nothing wrong.</summary>
[Collection(NeutronCollection.Name)]
public partial class DiagnoseTests(NeutronLab lab)
{
    private const string AllOfThem = "no-ip no-gateway no-internet no-metadata no-peer large-packets";

    public static TheoryData<string> Words => ["id", "prefix", "name", "MAC", "fixed IP", "floating IP"];

    [Theory]
    [InlineData("t1", "t2", "ml2-ovs hybrid vxlan", AllOfThem)]
    [InlineData("t2", "t1", "ml2-ovs native vxlan", AllOfThem + " no-floating-ip")]
    [InlineData("v1", "v2", "ml2-ovs hybrid vlan", AllOfThem + " no-floating-ip")]
    [InlineData("v2", "v1", "ml2-ovs native vlan", AllOfThem)]
    [InlineData("t1", "v2", "ml2-ovs hybrid vxlan", AllOfThem)]
    public async Task Healthy_NothingIsFound(string name, string peer, string architecture, string symptoms)
    {
        NeutronLab.SkipIfUnavailable();
        var diagnosis = await lab.DiagnoseAsync(name, "--peer", peer);
        diagnosis.ShouldBeHealthy();
        diagnosis.Symptoms.ShouldBe(symptoms.Split(' ').Select(s => $"{s} healthy"), ignoreOrder: true);
        diagnosis.Report.GetProperty("architecture").GetString().ShouldBe(architecture);
        new[] { "id", "name", "mac", "host", "network_type", "source" }.Select(diagnosis.Port)
            .ShouldBe([lab.Vm(name).Id, name, lab.Vm(name).Mac, lab.Vm(name).Host, lab.Vm(name).NetworkType, "neutron"]);
        diagnosis.Report.GetProperty("took_ms").GetInt64().ShouldBeLessThan(30_000, "a calm machine takes 5 s");
        diagnosis.Notes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Healthy_TenTimesInARow_NothingIsFound()
    {
        NeutronLab.SkipIfUnavailable();
        for (var i = 0; i < 10; i++)
            (await lab.DiagnoseAsync(lab.Vms[i % lab.Vms.Count].Name)).ShouldBeHealthy();
    }

    [Theory]
    [MemberData(nameof(Words))]
    public async Task Word_FindsThePort(string kind)
    {
        NeutronLab.SkipIfUnavailable();
        var vm = lab.Vm("v1");
        var word = kind switch
        {
            "id" => vm.Id,
            "prefix" => vm.Id[..11],
            "name" => vm.Name,
            "MAC" => vm.Mac.ToUpperInvariant(),
            "fixed IP" => vm.Ip,
            _ => vm.FloatingIp!,
        };
        var diagnosis = await lab.DiagnoseAsync(word, "--symptom", "no-ip");
        diagnosis.ShouldBeHealthy();
        (diagnosis.Port("id"), diagnosis.Port("name"), diagnosis.Port("source")).ShouldBe((vm.Id, "v1", "neutron"));
    }

    [Fact]
    public async Task AmbiguousName_ListsThePorts()
    {
        NeutronLab.SkipIfUnavailable();
        var ports = (await lab.GetAsync("/ports?name=twin&fields=id")).GetProperty("ports").EnumerateArray()
            .Select(p => p.GetProperty("id").GetString()!);
        var run = await lab.StethAsync("diagnose", "twin");
        run.ExitCode.ShouldBe(64);
        foreach (var id in ports)
            run.Errors.ShouldContain(id);
    }

    [Fact]
    public async Task UnknownName_IsSaid()
    {
        NeutronLab.SkipIfUnavailable();
        var run = await lab.StethAsync("diagnose", "nobody");
        run.ExitCode.ShouldBe(64);
        run.Errors.ShouldContain("Neutron does not know a port called 'nobody'");
    }

    [Theory]
    [InlineData("unbound", "P1 - -")]
    [InlineData("misbound", "P1 nosuchhost -")]
    public async Task PortOnNoNode_IsNotBound(string name, string cause)
    {
        NeutronLab.SkipIfUnavailable();
        var diagnosis = await lab.DiagnoseAsync(name);
        (diagnosis.Run.ExitCode, diagnosis.Primary).ShouldBe((1, cause), diagnosis.Run.Output);
        diagnosis.Causes.Count.ShouldBe(1);
        diagnosis.Report.GetProperty("unreachable").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("t1")]
    [InlineData("v2")]
    public async Task CheckDhcp_ByName_Passes(string name)
    {
        NeutronLab.SkipIfUnavailable();
        var vm = lab.Vm(name);
        foreach (var command in new[] { "check-dhcp-on-comp", "check-dhcp-on-network" })
        {
            var run = await lab.StethAsync(command, name, vm.PhysicalInterface, vm.NetworkType);
            run.ExitCode.ShouldBe(0, command + run.Errors + run.Output);
        }
    }

    [Fact]
    public async Task Secrets_AreNowhere()
    {
        NeutronLab.SkipIfUnavailable();
        var password = lab.With(new Dictionary<string, string>())["OS_PASSWORD"];
        var saved = Path.Combine(lab.State, "evidence.json");
        var log = Path.Combine(lab.State, "steth.log");
        var diagnosis = await lab.DiagnoseAsync("v1", "--save", saved, "--debug", "--log-file", log);
        diagnosis.ShouldBeHealthy();
        var token = TestContext.Current.CancellationToken;
        foreach (var text in new[]
        {
            diagnosis.Run.Output, diagnosis.Run.Errors, await File.ReadAllTextAsync(saved, token), await File.ReadAllTextAsync(log, token),
        })
        {
            text.Length.ShouldBeGreaterThan(100);
            FernetToken().IsMatch(text).ShouldBeFalse(text);
            text.ShouldNotContain(password);
        }
    }

    // Frames in base64 have runs of A within; a token begins a word.
    [GeneratedRegex("(?<![A-Za-z0-9+/])gAAAA[A-Za-z0-9_-]{60}")]
    private static partial Regex FernetToken();
}
