using System.Text;
using Steth.Agent.Kernel;

namespace Steth.Agent.Tests.Kernel;

public class DriverFactsTests
{
    [Theory]
    [InlineData("ixgbe\0\0garbage", "ixgbe")]
    [InlineData("0x8000095c, 1.1.3\0", "0x8000095c, 1.1.3")]
    [InlineData("no end", "no end")]
    [InlineData("N/A\0", null)]
    [InlineData("\0\0", null)]
    [InlineData("\u001b[2J\u0007\0", "[2J")]
    public void Text_Field_IsUpToItsEnd(string field, string? text) => DriverFacts.Text(Encoding.UTF8.GetBytes(field)).ShouldBe(text);
}
