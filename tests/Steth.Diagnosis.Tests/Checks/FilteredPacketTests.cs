using System.Net;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Checks;

namespace Steth.Diagnosis.Tests.Checks;

public sealed class FilteredPacketTests
{
    private static readonly FilteredPacket _vxlan = new(
        ("udp", 17), IPAddress.Parse("10.88.0.21"), IPAddress.Parse("10.88.0.31"), 4789, ["eth2"], []);

    [Theory]
    [InlineData("", true)]
    [InlineData("-p udp -m udp --dport 4789", true)]
    [InlineData("-p 17 -m udp --dport 4000:5000", true)]
    [InlineData("-p udp -m multiport --dports 53,4789,6081", true)]
    [InlineData("-p udp -m multiport --dports 53,6081:6090", false)]
    [InlineData("-p udp -m udp ! --dport 4789", false)]
    [InlineData("-p tcp -m tcp --dport 4789", false)]
    [InlineData("! -p tcp", true)]
    [InlineData("-s 10.88.0.0/24 -d 10.88.0.31/32", true)]
    [InlineData("-s 10.88.0.0/255.255.255.0", true)]
    [InlineData("-s 10.88.0.16/29", true)]
    [InlineData("-s 10.88.0.24/29", false)]
    [InlineData("! -s 10.88.0.0/24", false)]
    [InlineData("-s 0.0.0.0/0", true)]
    [InlineData("-i eth2", true)]
    [InlineData("-i eth+", true)]
    [InlineData("-i lo", false)]
    [InlineData("! -i eth0", true)]
    [InlineData("-o eth2", null)]
    [InlineData("-m state --state RELATED,ESTABLISHED", false)]
    [InlineData("-m conntrack --ctstate INVALID", false)]
    [InlineData("-m conntrack --ctstate NEW,UNTRACKED", true)]
    [InlineData("-m conntrack --ctstate UNTRACKED", null)]
    [InlineData("-p udp -m udp --sport 53", false)]
    [InlineData("-p udp -m udp --sport 32768:60999", null)]
    [InlineData("-m addrtype --dst-type LOCAL", true)]
    [InlineData("-m addrtype --dst-type BROADCAST", false)]
    [InlineData("-m physdev --physdev-in tap39123330-2f --physdev-is-bridged", false)]
    [InlineData("-m physdev --physdev-in eth2", null)]
    [InlineData("-m set --match-set trusted src", null)]
    [InlineData("-m mark ! --mark 0x1/0xffff", null)]
    [InlineData("-m limit --limit 5/min -p tcp", false)]
    [InlineData("-m comment --comment \"-p tcp says \\\"no\\\"\" -p udp", true)]
    [InlineData("-p icmp -m icmp --icmp-type 8", false)]
    public void Fits_Rule_AsTheKernelMatches(string match, bool? fits) =>
        _vxlan.Fits(new FilterRule("filter", "INPUT", $"{match} -j DROP --reject-with -p".Trim(), 0)).ShouldBe(fits);

    [Fact]
    public void Fits_DeviceNotKnown_IsNotKnown() =>
        (_vxlan with { In = [] }).Fits(new FilterRule("filter", "INPUT", "-i eth0 -j ACCEPT", 0)).ShouldBeNull();

    [Fact]
    public void Fits_ProtocolWithoutPorts_FitsNoPort() =>
        (_vxlan with { Protocol = ("gre", 47), Port = null }).Fits(new FilterRule("filter", "INPUT", "-m multiport --dports 1:65535 -j DROP", 0))
            .ShouldBe(false);
}
