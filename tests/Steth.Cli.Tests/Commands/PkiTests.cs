using System.Text.Json;
using Steth.Identity;

namespace Steth.Cli.Tests.Commands;

public sealed class PkiTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("steth-pki-").FullName;

    private string Dir => Path.Combine(_folder, "pki");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Init_MakesAnAuthorityAndItsFirstOperator()
    {
        var init = await RunAsync("init", "--name", "alice", "-f", "value", "-c", "kind", "-c", "name", "-c", "role", "-c", "payload", "-c", "state");
        (init.Code, init.Out).ShouldBe((0, "operator alice change true good\n"));
        init.Error.ShouldContain("steth pki issue --all");
        IdentityBundle.Load(Path.Combine(Dir, "operators", "alice"), PrincipalKind.Operator).Self.Name.ToString().ShouldBe("alice");
        var again = await RunAsync("init", "--name", "alice");
        (again.Code, again.Error).ShouldBe((64, $"steth: {Dir}: there is an authority already; one more would not be trusted by what it issued.\n"));
    }

    [Fact]
    public async Task Issue_All_NamesEveryAddressOfTheConfiguration()
    {
        await RunAsync("init", "--name", "alice");
        var issued = await RunAsync("issue", "--all", "-f", "value", "-c", "name", "-c", "folder");
        issued.Out.ShouldBe($"comp1 {Dir}/nodes/comp1\ncomp2 {Dir}/nodes/comp2\n");
        var certificate = IdentityBundle.Load(Path.Combine(Dir, "nodes", "comp1"), PrincipalKind.Node).Certificate;
        foreach (var (host, names) in new[] { ("comp1", true), ("192.0.2.1", true), ("198.51.100.1", true), ("192.0.2.2", false) })
            certificate.MatchesHostname(host).ShouldBe(names, host);
    }

    [Fact]
    public async Task Issue_ByHand_TakesAddressesAndHosts()
    {
        await RunAsync("init", "--name", "alice");
        (await RunAsync("issue", "edge=2001:db8::7,edge.example.org")).Code.ShouldBe(0);
        var certificate = IdentityBundle.Load(Path.Combine(Dir, "nodes", "edge"), PrincipalKind.Node).Certificate;
        certificate.MatchesHostname("2001:db8::7").ShouldBeTrue();
        certificate.MatchesHostname("edge.example.org").ShouldBeTrue();
    }

    [Theory]
    [InlineData("Name one node or more, or --all of the configuration.", "issue")]
    [InlineData("NODE: '../x' cannot be a name in a certificate; write NAME=ADDRESS with another.", "issue", "../x=192.0.2.9")]
    [InlineData("NODE: 'a..b' cannot be a name in a certificate; write NAME=ADDRESS with another.", "issue", "a..b=192.0.2.9")]
    [InlineData("NODE: '1.2.3' of 'a=1.2.3' is neither an address nor a host name.", "issue", "a=1.2.3")]
    [InlineData("NAME: no certificate was issued here for 'nobody'; 'steth pki show' lists them.", "revoke", "nobody")]
    [InlineData("NAME: no certificate was issued here for 'nobody'; 'steth pki show' lists them.", "renew", "nobody")]
    public async Task BadInput_IsOneSentence(string sentence, params string[] line)
    {
        await RunAsync("init", "--name", "alice");
        var outcome = await RunAsync(line);
        (outcome.Code, outcome.Out).ShouldBe((64, ""));
        outcome.Error.ShouldBe($"steth: {sentence}\n");
    }

    [Fact]
    public async Task Operator_BadNameOrRole_IsRefusedWithWhatIsExpected()
    {
        await RunAsync("init", "--name", "alice");
        (await RunAsync("operator", "a/b")).Error.ShouldContain("'a/b' is no name for a certificate");
        (await RunAsync("operator", "bob", "--role", "root")).Error.ShouldContain("read");
        Directory.Exists(Path.Combine(Dir, "operators", "bob")).ShouldBeFalse();
    }

    [Fact]
    public async Task WithoutAnAuthority_SaysWhatToDo()
    {
        var outcome = await RunAsync("show");
        (outcome.Code, outcome.Error).ShouldBe(
            (64, $"steth: {Dir}: there is no authority; make one with 'steth pki init', or name its folder with --dir.\n"));
    }

    [Fact]
    public async Task Revoke_And_Show_TellTheState()
    {
        await RunAsync("init", "--name", "alice");
        await RunAsync("operator", "bob", "--role", "probe", "--days", "10");
        (await RunAsync("show")).Code.ShouldBe(1);
        await RunAsync("renew", "--soon");
        var revoked = await RunAsync("revoke", "alice", "-f", "value", "-c", "name", "-c", "state");
        (revoked.Code, revoked.Out).ShouldBe((0, "alice revoked\n"));
        revoked.Error.ShouldContain($"copy {Dir}/crl.pem");
        var shown = await RunAsync("show", "-f", "json");
        shown.Code.ShouldBe(0);
        using var rows = JsonDocument.Parse(shown.Out);
        rows.RootElement.EnumerateArray().Select(r => $"{r.GetProperty("name")} {r.GetProperty("role")} {r.GetProperty("state")} {r.GetProperty("folder").ValueKind}")
            .ShouldBe(["alice change revoked String", "bob probe good String", "bob probe ends soon Null"]);
        rows.RootElement[0].EnumerateObject().Select(p => p.Name).ShouldBe(["kind", "name", "role", "payload", "until", "state", "serial", "folder"]);
    }

    /// <summary>The older one ends last, and is not the one in use.</summary>
    [Fact]
    public async Task Show_YoungestOfANameEndsSoon_Fails()
    {
        await RunAsync("init", "--name", "alice");
        await RunAsync("operator", "bob");
        (await RunAsync("show")).Code.ShouldBe(0);
        await Task.Delay(1100, TestContext.Current.CancellationToken);
        await RunAsync("operator", "bob", "--days", "10");
        (await RunAsync("show")).Code.ShouldBe(1);
    }

    [Fact]
    public async Task Operator_WhoHasOthersThatAreGood_IsToldHowToEndThem()
    {
        await RunAsync("init", "--name", "alice");
        (await RunAsync("operator", "bob", "--role", "change", "--payload")).Error.ShouldNotContain("stays good");
        var before = Principal.Read(IdentityBundle.Load(Path.Combine(Dir, "operators", "bob"), PrincipalKind.Operator).Certificate)!;
        var lowered = await RunAsync("operator", "bob", "--role", "read");
        lowered.Code.ShouldBe(0);
        lowered.Error.ShouldContain($"What bob had before stays good: change with payload until {before.NotAfter.UtcDateTime:yyyy-MM-dd}. "
            + $"End it with 'steth pki revoke {before.Serial}' unless he needs it.\n");
        await RunAsync("revoke", before.Serial);
        (await RunAsync("operator", "bob", "--role", "read")).Error.ShouldNotContain(before.Serial);
    }

    [Fact]
    public async Task Show_File_TellsWhatItIs()
    {
        await RunAsync("init", "--name", "alice");
        var shown = await Cli.RunAsync(new FakeAgents(), "pki", "show", Path.Combine(Dir, "operators", "alice", "cert.pem"), "-f", "value", "-c", "name");
        (shown.Code, shown.Out).ShouldBe((0, "alice\n"));
        var authority = await Cli.RunAsync(new FakeAgents(), "pki", "show", Path.Combine(Dir, "ca.pem"));
        authority.Code.ShouldBe(64);
        authority.Error.ShouldContain("it is no certificate that 'steth pki' issued");
    }

    private Task<Outcome> RunAsync(params string[] line) => Cli.RunAsync(new FakeAgents(), ["pki", .. line, "--dir", Dir]);
}
