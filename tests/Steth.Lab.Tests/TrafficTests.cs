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

        foreach (var target in lab.Ports.Select(port => port.Ip).Append("198.51.100.1"))
            (await Probes.PingsAsync(lab, router, target)).ShouldBeTrue(target);
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
