using Steth.Controller.Checks.Mtu;

namespace Steth.Controller.Tests.Checks.Mtu;

public class MtuWishTests
{
    [Theory]
    [InlineData("9000", null, null, 9000, 9000, 9000)]
    [InlineData("vxlan:1500", null, "vxlan", 1500, 1550, 1570)]
    [InlineData("gre:1500", null, "gre", 1500, 1542, 1562)]
    [InlineData("geneve:1500", null, "geneve", 1500, 1558, 1578)]
    [InlineData("net=vxlan:8950", "net", "vxlan", 8950, 9000, 9020)]
    [InlineData("storage=9000", "storage", null, 9000, 9000, 9000)]
    [InlineData("NET = VXLAN : 1500", "NET", "vxlan", 1500, 1550, 1570)]
    public void Parse_AWish_IsReadAndReckoned(string text, string? network, string? tunnel, int bytes, int v4, int v6)
    {
        var wish = MtuWish.Parse(text, null);

        wish.ShouldBe(new MtuWish(network, tunnel, bytes));
        var need = wish.Need("net");
        (need.Network, need.Bytes, need.BytesV6).ShouldBe(("net", v4, v6));
    }

    [Theory]
    [InlineData("")]
    [InlineData("575")]
    [InlineData("65536")]
    [InlineData("-1500")]
    [InlineData("1500 bytes")]
    [InlineData("stt:1500")]
    [InlineData("vxlan:")]
    [InlineData("net=")]
    [InlineData("vxlan:net=1500")]
    public void Parse_NoWish_IsRefused(string text) =>
        Should.Throw<FormatException>(() => MtuWish.Parse(text, null)).Message.ShouldStartWith($"'{text}' is no MTU; expected a size of 576-65535 bytes");
}
