using Steth.Diagnosis.Readiness;

namespace Steth.Diagnosis.Tests.Readiness;

public class BandwidthThresholdTests
{
    [Theory]
    [InlineData("500M", 5e8, null, "500M")]
    [InlineData("10G", 1e10, null, "10G")]
    [InlineData("1.5g", 1.5e9, null, "1.5G")]
    [InlineData(" 64 k ", 64000.0, null, "64K")]
    [InlineData("1T", 1e12, null, "1T")]
    [InlineData("1000000", 1e6, null, "1M")]
    [InlineData("999", 999.0, null, "999")]
    [InlineData("80%", null, 80.0, "80%")]
    [InlineData("0.5 %", null, 0.5, "0.5%")]
    [InlineData("100%", null, 100.0, "100%")]
    public void Parse_RateOrShare_IsReadAndWritten(string text, double? rate, double? percent, string written)
    {
        var threshold = BandwidthThreshold.Parse(text);
        threshold.ShouldBe(new BandwidthThreshold(rate, percent));
        threshold.ToString().ShouldBe(written);
    }

    [Theory]
    [InlineData("")]
    [InlineData("%")]
    [InlineData("M")]
    [InlineData("0")]
    [InlineData("0%")]
    [InlineData("101%")]
    [InlineData("-5M")]
    [InlineData("5MB")]
    [InlineData("1e9")]
    [InlineData("1,5G")]
    [InlineData("5M%")]
    public void Parse_AnythingElse_IsRefused(string text)
    {
        BandwidthThreshold.TryParse(text, null, out _).ShouldBeFalse();
        Should.Throw<FormatException>(() => BandwidthThreshold.Parse(text)).Message
            .ShouldBe($"'{text}' is no throughput; expected a rate as in 500M or 10G (bit/s), or a share of the link as in 80%.");
    }

    [Fact]
    public void Parse_ManyDigits_IsRefusedWhenNotFinite() => BandwidthThreshold.TryParse(new string('9', 400) + "G", null, out _).ShouldBeFalse();
}
