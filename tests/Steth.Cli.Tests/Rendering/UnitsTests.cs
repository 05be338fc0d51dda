using Steth.Cli.Rendering;

namespace Steth.Cli.Tests.Rendering;

public sealed class UnitsTests
{
    [Theory]
    [InlineData(9_410_000_000d, "9.41 Gbit/s")]
    [InlineData(999d, "999 bit/s")]
    [InlineData(1000d, "1 kbit/s")]
    [InlineData(2_500_000d, "2.5 Mbit/s")]
    [InlineData(0d, "0 bit/s")]
    [InlineData(5e15, "5000 Tbit/s")]
    public void BitRate_Number_HasTheUnitAReaderExpects(double rate, string expected) => Units.BitRate(rate).ShouldBe(expected);

    [Fact]
    public void BitRate_NotMeasured_IsNull() => Units.BitRate(null).ShouldBeNull();

    [Fact]
    public void Milliseconds_Number_HasThreeDecimals() => Units.Milliseconds(0.2141).ShouldBe("0.214 ms");

    [Fact]
    public void Percent_Number_HasNoUselessZeroes() => Units.Percent(33.333333).ShouldBe("33.33 %");
}
