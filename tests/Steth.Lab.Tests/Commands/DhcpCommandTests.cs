using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Commands;

/// <summary>check-dhcp-on-comp and check-dhcp-on-network, healthy and with every fault of the lab. Has a lab of its own: it is the longest.</summary>
public class DhcpCommandTests(LabFixture lab) : IClassFixture<LabFixture>
{
    [Theory]
    [InlineData("vm1")]
    [InlineData("vm2")]
    [InlineData("vm3")]
    [InlineData("vm4")]
    public async Task CheckDhcpOnComp_Healthy_ShowsTheOfferOnEveryDevice(string vm)
    {
        LabFixture.SkipIfUnavailable();
        var port = Port(vm);
        var (run, answer) = await Steth.JsonAsync(lab, "check-dhcp-on-comp", port.Id, "eth1", "vlan", "--wait", "1");

        run.ExitCode.ShouldBe(0, run.Errors);
        Steth.Keys(answer[0]).ShouldBe(["host", "device", "direction", "seen"]);
        Steth.Rows(answer, "host", "device", "direction", "seen")
            .Select(row => row.Replace("\n", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal))
            .ShouldBe(Devices(port).SelectMany(d => new[] { $"{d}outbound[\"DHCPDISCOVER\"]", $"{d}inbound[\"DHCPOFFER\"]" }));
    }

    [Theory]
    [InlineData("vm1")]
    [InlineData("vm3")]
    public async Task CheckDhcpOnNetwork_Healthy_ShowsRequestAndReplyOnEveryDevice(string vm)
    {
        LabFixture.SkipIfUnavailable();
        var port = Port(vm);
        var (run, answer) = await Steth.JsonAsync(lab, "check-dhcp-on-network", port.Id, "eth1", "vlan");

        run.ExitCode.ShouldBe(0, run.Errors);
        Steth.Rows(answer, "host", "device", "direction", "seen")
            .Select(row => row.Replace("\n", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal))
            .ShouldBe(Devices(port).SelectMany(d => new[] { $"{d}outbound[\"REPLY\"]", $"{d}inbound[\"REQUEST\"]" }));
    }

    [Theory]
    [InlineData("F1", "vm1", "last seen: DHCPDISCOVER leaving comp1 eth1, tagged 101; next expected at net1 eth1")]
    [InlineData("F1-network-node", "vm3", "last seen: DHCPDISCOVER leaving comp2 eth1, tagged 101; next expected at net1 eth1")]
    [InlineData("I1-wrong-tag", "vm1", "comp1 {qvo}: tag 9 instead of 2; last seen: DHCPDISCOVER at comp1 {qvo}; next expected at comp1 eth1")]
    [InlineData("I1-dead-tag", "vm4", "comp2 {tap}: tag 4095 (dead VLAN); last seen: DHCPDISCOVER at comp2 {tap}; next expected at comp2 eth1")]
    [InlineData("Q1-tap-off-bridge", "vm1", "comp1 {tap}: not on its bridge {qbr}; last seen: DHCPDISCOVER at comp1 {tap}")]
    [InlineData("Q1-qvb-off-bridge", "vm2", "comp1 {qvb}: not on its bridge {qbr}; last seen: DHCPDISCOVER at comp1 {qbr}")]
    [InlineData("V1-tap-down", "vm1", "comp1 {tap}: down")]
    [InlineData("F4-nic-down", "vm1", "comp1 eth1: down")]
    [InlineData("F4-nic-down-network-node", "vm3", "net1 eth1: down")]
    [InlineData("D1-dnsmasq-dead", "vm1", "DHCPDISCOVER reached the DHCP server on net1")]
    public async Task CheckDhcpOnComp_WithAFault_NamesTheDevice(string fault, string vm, string verdict)
    {
        LabFixture.SkipIfUnavailable();
        var port = Port(vm);
        (await lab.RunAsync("break", fault, "--port", vm)).MustWork();
        try
        {
            var run = await Steth.RunAsync(lab, "check-dhcp-on-comp", port.Id, "eth1", "vlan", "--wait", "1");

            run.ExitCode.ShouldBe(1, run.Errors);
            foreach (var kind in (string[])["tap", "qbr", "qvb", "qvo"])
                verdict = verdict.Replace($"{{{kind}}}", kind + port.Short, StringComparison.Ordinal);
            run.Errors.ShouldContain($"FAIL: {verdict}");
        }
        finally
        {
            (await lab.RunAsync("heal")).MustWork();
        }
        (await Steth.RunAsync(lab, "check-dhcp-on-comp", port.Id, "eth1", "vlan")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task CheckDhcpOnComp_DuringATrace_LeavesTheGuestAndTheHostAlone()
    {
        LabFixture.SkipIfUnavailable();
        var port = Port("vm1");
        var links = await lab.ExecAsync("comp1", "ip", "-br", "link");
        var leases = await LeasesAsync();

        (await Steth.RunAsync(lab, "check-dhcp-on-comp", port.Id, "eth1", "vlan")).ExitCode.ShouldBe(0);

        (await lab.ExecAsync("comp1", "ip", "-br", "link")).ShouldBe(links);
        (await LeasesAsync()).ShouldBe(leases);
    }

    [Fact]
    public async Task CheckDhcpOnComp_UnknownPort_CannotBeDecided()
    {
        LabFixture.SkipIfUnavailable();
        var run = await Steth.RunAsync(lab, "check-dhcp-on-comp", "00000000-0000-4000-8000-000000000000", "eth1", "vlan");

        run.ExitCode.ShouldBe(2, run.Errors);
        run.Errors.ShouldContain("00000000-0000-4000-8000-000000000000");
    }

    private LabPort Port(string name) => lab.Ports.Single(p => p.Name == name);

    /// <summary>host and device of every hop, from the guest to the DHCP server.</summary>
    private IEnumerable<string> Devices(LabPort port)
    {
        string[] own = port.Plug == "hybrid" ? ["tap", "qbr", "qvb", "qvo"] : ["tap"];
        return [.. own.Select(kind => $"{port.Host}{kind}{port.Short}"), $"{port.Host}eth1", "net1eth1", $"net1{DhcpTap()}"];
    }

    private string DhcpTap() => lab.ExecAsync("net1", "ovs-vsctl", "--bare", "--columns=name", "find", "Port",
        "other_config:segmentation_id=\"101\"")
        .GetAwaiter().GetResult().Split('\n').Single(name => name.StartsWith("tap", StringComparison.Ordinal));

    private async Task<string> LeasesAsync() => await lab.ExecAsync("net1", "sh", "-c", "cut -d' ' -f2- /var/lib/neutron/dhcp/*/leases");
}
