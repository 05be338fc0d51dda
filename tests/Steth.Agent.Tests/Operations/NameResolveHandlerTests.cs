using System.Net;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Tools;
using Steth.Agent.Tools;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Operations;

public sealed class NameResolveHandlerTests
{
    private static async Task<IReadOnlyList<ResolvedName>> ResolveAsync(IToolRunner tools, NameResolveParams wanted) =>
        (await new NameResolveHandler(tools, TimeProvider.System).HandleAsync(
            wanted, new CallContext { CorrelationId = "test" }, TestContext.Current.CancellationToken)).Names;

    [Fact]
    public async Task HandleAsync_RealResolver_KnowsLocalhostAndNotWhatCannotBe()
    {
        var names = await ResolveAsync(new ToolRunner(), new NameResolveParams { Names = ["localhost", "no-such-host.invalid"], TimeoutMs = 30000 });
        names[0].Name.ShouldBe("localhost");
        names[0].Addresses.ShouldNotBeEmpty();
        names[0].Addresses.ShouldAllBe(a => IPAddress.IsLoopback(a));
        names[0].Problem.ShouldBeNull();
        names[1].Addresses.ShouldBeEmpty();
        names[1].Problem.ShouldNotBeNull();
    }

    [Fact]
    public async Task HandleAsync_HangingResolver_IsEndedAndCostsItsOwnName()
    {
        using var stand = new StandInTools();
        stand.Add("getent", "[ \"$3\" = slow ] && exec /bin/sleep 60\n[ \"$3\" = odd ] && exit 3\necho '192.0.2.7       STREAM fast'");
        var names = await ResolveAsync(stand.Runner, new NameResolveParams { Names = ["slow", "fast", "odd"], TimeoutMs = 2000 });
        names.Select(n => $"{n.Name}: {string.Join(' ', n.Addresses)}{n.Problem}").ShouldBe(
            ["slow: no answer within 2 s", "fast: 192.0.2.7", "odd: getent ended with 3"]);
        names[0].TookMs.ShouldBeGreaterThan(1900);
    }

    [Fact]
    public async Task HandleAsync_NoGetent_NamesThePackage()
    {
        using var stand = new StandInTools();
        (await Should.ThrowAsync<OperationException>(() => ResolveAsync(stand.Runner, new NameResolveParams { Names = ["a"] }))).Message
            .ShouldBe("'getent' is not installed on this host; install the package libc-bin.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("-s")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("a;b")]
    [InlineData("ü")]
    public async Task HandleAsync_NoHostName_IsRefused(string name) =>
        (await Should.ThrowAsync<OperationException>(() => ResolveAsync(new ToolRunner(), new NameResolveParams { Names = [name] }))).Code
            .ShouldBe(OperationErrorCode.InvalidParams);

    [Fact]
    public async Task HandleAsync_OutOfRange_IsRefused()
    {
        foreach (var wanted in new[]
        {
            new NameResolveParams { Names = [] },
            new NameResolveParams { Names = ["a"], TimeoutMs = 99 },
            new NameResolveParams { Names = ["a"], TimeoutMs = 60001 },
            new NameResolveParams { Names = [.. Enumerable.Repeat("a", 1025)] },
        })
        {
            (await Should.ThrowAsync<OperationException>(() => ResolveAsync(new ToolRunner(), wanted))).Code.ShouldBe(OperationErrorCode.InvalidParams);
        }
    }

    [Fact]
    public void Parse_RecordedOutput_HasEachAddressOnce()
    {
        const string recorded = """
            2001:db8::21    STREAM comp1.example
            2001:db8::21    DGRAM  
            2001:db8::21    RAW    
            10.77.0.21      STREAM 
            10.77.0.21      DGRAM  
            fe80::1%2       STREAM 

            """;
        NameResolveHandler.Parse(recorded).Select(a => a.ToString()).ShouldBe(["2001:db8::21", "10.77.0.21", "fe80::1%2"]);
    }
}
