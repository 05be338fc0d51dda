using System.Net;
using Steth.Agent.Tests.Recorded;
using Steth.Agent.Tools.Dnsmasq;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Agent.Tests.Tools.Dnsmasq;

public sealed class DnsmasqFilesTests
{
    private static readonly MacAddress _mac = MacAddress.Parse("fa:16:3e:8d:3c:2b");

    [Fact]
    public void ParseHosts_Recorded_MacNameAddress() =>
        DnsmasqFiles.ParseHosts(Recording.Read("dhcp/host")).ShouldBe(
        [
            new DhcpHostEntry(_mac, "host-192-168-101-88.openstacklocal", IPAddress.Parse("192.168.101.88")),
            new DhcpHostEntry(MacAddress.Parse("fa:16:3e:a6:53:7d"), "host-192-168-101-185.openstacklocal", IPAddress.Parse("192.168.101.185")),
        ]);

    [Theory]
    [InlineData("fa:16:3e:8d:3c:2b,set:port-1,vm,10.0.0.5", "vm", "10.0.0.5")]
    [InlineData("fa:16:3e:8d:3c:2b,vm,10.0.0.5,set:port-1", "vm", "10.0.0.5")]
    [InlineData("fa:16:3e:8d:3c:2b,id:ff:00:11,vm,[2001:db8::5],set:x", "vm", "2001:db8::5")]
    [InlineData("fa:16:3e:8d:3c:2b,tag:dhcpv6,vm,[2001:db8::5]", "vm", "2001:db8::5")]
    [InlineData("fa:16:3e:8d:3c:2b,10.0.0.5,86400s", "", "10.0.0.5")]
    [InlineData("fa:16:3e:8d:3c:2b,ignore", "", null)]
    [InlineData("fa:16:3e:8d:3c:2b,set:x", "", null)]
    public void ParseHosts_EachShape_IsRead(string line, string name, string? address) =>
        DnsmasqFiles.ParseHosts($"# made by an agent\n\n{line}\n").ShouldBe([new DhcpHostEntry(_mac, name, address is null ? null : IPAddress.Parse(address))]);

    [Fact]
    public void ParseHosts_LineOfAnotherShape_IsPassedOver() => DnsmasqFiles.ParseHosts("vm,10.0.0.5\n*,ignore\n,\n").ShouldBeEmpty();

    [Fact]
    public void ParseOptions_Recorded_TagOptionValue()
    {
        const string subnet = "subnet-bdf677a8-9842-47ef-91e3-7842ba8e0414";
        DnsmasqFiles.ParseOptions(Recording.Read("dhcp/opts")).ShouldBe(
        [
            new DhcpOptionEntry(subnet, "classless-static-route", "169.254.169.254/32,192.168.101.2,0.0.0.0/0,192.168.101.1"),
            new DhcpOptionEntry(subnet, "249", "169.254.169.254/32,192.168.101.2,0.0.0.0/0,192.168.101.1"),
            new DhcpOptionEntry(subnet, "router", "192.168.101.1"),
        ]);
    }

    [Theory]
    [InlineData("option:router", "", "router", "")]
    [InlineData("tag:subnet-1,tag:!ipxe,67,pxelinux.0", "subnet-1", "67", "pxelinux.0")]
    [InlineData("tag:subnet-1,option6:dns-server,[2001:db8::1]", "subnet-1", "dns-server", "[2001:db8::1]")]
    public void ParseOptions_EachShape_IsRead(string line, string tag, string option, string value) =>
        DnsmasqFiles.ParseOptions(line).ShouldBe([new DhcpOptionEntry(tag, option, value)]);
}
