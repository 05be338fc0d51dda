using Steth.Lab.Names;

namespace Steth.Lab.Tests.Names;

public class LabNameTests
{
    [Theory]
    [InlineData("default")]
    [InlineData("demo-17")]
    [InlineData("0")]
    public void Parse_PlainName_IsKept(string text) => LabName.Parse(text).Text.ShouldBe(text);

    [Theory]
    [InlineData("")]
    [InlineData("../etc")]
    [InlineData("a b")]
    [InlineData("-x")]
    [InlineData("Lab")]
    [InlineData("lab\n")]
    [InlineData("a23456789012345678901234567890123")]
    public void Parse_AnythingElse_IsRefused(string text) => Should.Throw<LabException>(() => LabName.Parse(text));
}
