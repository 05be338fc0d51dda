using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests;

/// <summary>Real packets cross the lab.</summary>
[Collection(LabCollection.Name)]
public class TrafficTests(LabFixture lab)
{
    [Fact]
    public async Task Router_PingsEveryVmAndTheOutside()
    {
        LabFixture.SkipIfUnavailable();
        var router = await Probes.RouterAsync(lab);

        foreach (var target in lab.Ports.Where(port => port.Network != "fnet").Select(port => port.Ip).Append("198.51.100.1"))
            (await Probes.PingsAsync(lab, router, target)).ShouldBeTrue(target);
    }

    [Theory]
    [InlineData("203.0.113.101")]
    [InlineData("203.0.113.106")]
    public async Task FloatingIp_FromTheOutside_AnswersPings(string address)
    {
        LabFixture.SkipIfUnavailable();
        (await lab.TryAsync("ext", "ping", "-c", "1", "-W", "2", address)).ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("192.168.50.17")]
    [InlineData("192.168.50.18")]
    public async Task FlatVm_FromItsDhcpNamespace_AnswersPings(string address)
    {
        LabFixture.SkipIfUnavailable();
        (await Probes.PingsAsync(lab, await Probes.DhcpAsync(lab, "192.168.50.2"), address)).ShouldBeTrue();
    }

    [Fact]
    public async Task VxlanVm_WithAPacketAsLargeAsItsNetworkAllows_Answers()
    {
        LabFixture.SkipIfUnavailable();
        var router = await Probes.RouterAsync(lab);
        string[] ping = ["ip", "netns", "exec", router, "ping", "-c", "1", "-W", "2", "-M", "do", "-s"];

        (await lab.TryAsync("net1", [.. ping, "1422", "10.10.0.16"])).ExitCode.ShouldBe(0); // and 28 bytes of headers
        (await lab.TryAsync("net1", [.. ping, "1423", "10.10.0.16"])).Errors.ShouldContain("message too long, mtu=1450");
    }

    [Theory]
    [InlineData("X-Neutron-Router-ID", "10.10.0.15", 200)]
    [InlineData("X-Neutron-Router-ID", "192.168.101.13", 200)]
    [InlineData("X-Neutron-Router-ID", "192.168.50.17", 404)] // not one of the router's networks
    [InlineData("X-Neutron-Network-ID", "192.168.50.17", 200)]
    [InlineData("X-Neutron-Network-ID", "192.168.50.99", 404)]
    public async Task MetadataAgent_AskedAsAProxyAsks_KnowsTheVms(string header, string address, int status)
    {
        LabFixture.SkipIfUnavailable();
        var netns = header == "X-Neutron-Router-ID" ? await Probes.RouterAsync(lab) : await Probes.DhcpAsync(lab, "192.168.50.2");

        (await Probes.AskMetadataAgentAsync(lab, $"{header}: {netns[(netns.IndexOf('-') + 1)..]}", address)).ShouldBe(status);
    }

    [Fact]
    public async Task Vms_GotTheirAddressesFromDnsmasq()
    {
        LabFixture.SkipIfUnavailable();
        var leases = await lab.ExecAsync("net1", "sh", "-c", "cat /var/lib/neutron/dhcp/*/leases");

        foreach (var port in lab.Ports)
            leases.ShouldContain($" {port.Mac} {port.Ip} host-{port.Ip.Replace('.', '-')} ");
    }

    [Fact]
    public async Task Underlay_BetweenComputeNodes_Works() =>
        await WorksAsync("comp1", "10.88.0.22");

    [Fact]
    public async Task Storage_BetweenComputeNodes_Works() =>
        await WorksAsync("comp1", "10.99.0.22");

    [Fact]
    public async Task Agents_OnEveryVisibleHost_AcceptOn9698()
    {
        LabFixture.SkipIfUnavailable();
        foreach (var host in (string[])["ctl", "net1", "comp1", "comp2"])
            (await lab.TryAsync("ctl", "bash", "-c", $"exec 3<>/dev/tcp/{host}/9698")).ExitCode.ShouldBe(0, host);
    }

    private async Task WorksAsync(string host, string target)
    {
        LabFixture.SkipIfUnavailable();
        (await lab.TryAsync(host, "ping", "-c", "1", "-W", "2", target)).ExitCode.ShouldBe(0);
    }
}
