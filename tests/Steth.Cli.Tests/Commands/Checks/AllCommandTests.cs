using System.Text.Json;
using System.Xml.Linq;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Cli.Tests.Commands.Checks;

public sealed class AllCommandTests
{
    private const string Others = "dns,vlan,mesh,mtu,addresses,bandwidth";

    [Fact]
    public async Task All_WhatIsNotWanted_IsLeftOut()
    {
        var outcome = await Cli.RunAsync(Agents(), "check", "all", "--skip", Others, "--skip", "nics");

        outcome.Code.ShouldBe(0, outcome.Out + outcome.Error);
        outcome.Out.ShouldStartWith("9 checks: 2 passed, 7 left out\n\n");
        outcome.Out.ShouldContain("PASS     plan         2 nodes, 2 as planned; 4 addresses, 4 as planned\n");
        outcome.Out.ShouldContain("\n-        vlan         left out, as asked\n");
        outcome.Out.ShouldContain("\n\nPASS all: nothing broken (");
    }

    [Fact]
    public async Task All_OneNodeSilent_IsAskedOnceAndTheRestSaysWhy()
    {
        var outcome = await Cli.RunAsync(
            Agents("comp1"), "check", "all", "--skip", "clock,dns,nics,addresses", "-f", "json");

        outcome.Code.ShouldBe(2, outcome.Out + outcome.Error);
        var report = JsonDocument.Parse(outcome.Out).RootElement;
        report.GetProperty("unreachable").GetArrayLength().ShouldBe(1);
        report.GetProperty("results").EnumerateArray().Where(row => row.GetProperty("state").GetString() is not null)
            .Select(row => $"{row.GetProperty("check").GetString()}: {row.GetProperty("state").GetString()}, {row.GetProperty("reason").GetString()}")
            .ShouldBe(
            [
                "plan: UNKNOWN, ", "vlan: UNKNOWN, it takes two nodes that answer", "mesh: UNKNOWN, it takes two nodes that answer",
                "mtu: UNKNOWN, it takes two nodes that answer", "bandwidth: UNKNOWN, it takes two nodes that answer",
            ]);
        report.GetProperty("reports").EnumerateArray().Select(part => part.GetProperty("check").GetString()).ShouldBe(["plan"]);
    }

    [Fact]
    public async Task All_CheckThatCannotRun_IsInTheTestReport()
    {
        var file = Path.Combine(Path.GetTempPath(), $"steth-{Guid.NewGuid():N}.xml");
        try
        {
            await Cli.RunAsync(Agents("comp1"), "check", "all", "--skip", "clock,dns,nics,addresses,bandwidth", "--junit", file);

            var suites = XDocument.Load(file).Root!.Elements("testsuite").ToDictionary(suite => suite.Attribute("name")!.Value);
            suites.Keys.ShouldBe(["steth.all", "steth.plan"]);
            suites["steth.all"].Elements("testcase")
                .Select(one => $"{one.Attribute("name")!.Value}: {one.Element("skipped")!.Attribute("message")!.Value}")
                .ShouldBe(new[] { "vlan", "mesh", "mtu" }.Select(check => $"{check}: it takes two nodes that answer"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task All_AddressMissing_IsBlamedOnceAndLeftOut()
    {
        var agents = Agents();
        agents.Answer("comp2", AgentOperations.InterfaceList, new InterfaceListResult { Interfaces = [] });

        var outcome = await Cli.RunAsync(agents, "check", "all", "--skip", "clock,dns,nics,addresses");

        outcome.Code.ShouldBe(1, outcome.Out + outcome.Error);
        outcome.Out.ShouldContain("UNKNOWN  mesh         no two nodes are on one network\n");
        outcome.Out.ShouldContain("net: comp2 left out of the checks after it, because of what check plan found there.");
        agents.Calls.ShouldAllBe(call => !call.Contains("udp.probe", StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_NobodyAnswers_IsUnavailable()
    {
        var outcome = await Cli.RunAsync(new FakeAgents(), "check", "all");

        outcome.Code.ShouldBe(69, outcome.Out + outcome.Error);
        outcome.Out.ShouldContain("UNKNOWN  clock        no agent answers\n");
    }

    [Fact]
    public async Task All_UnknownCheck_IsRefusedBeforeAnythingIsDone()
    {
        var agents = Agents();

        (await Cli.RunAsync(agents, "check", "all", "--skip", "mash")).ShouldBe(new Outcome(64, "",
            "steth: --skip: there is no check 'mash'; there are plan, clock, dns, nics, vlan, mesh, mtu, addresses, bandwidth.\n"));
        agents.Calls.ShouldBeEmpty();
    }

    private static FakeAgents Agents(params string[] names)
    {
        var agents = PlanCommandTests.Agents(names);
        foreach (var name in names.Length > 0 ? names : ["comp1", "comp2"])
        {
            agents.Answer(name, AgentOperations.AgentClock, _ => new AgentClockResult
            {
                UnixNanoseconds = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick,
                Synchronized = true,
            });
        }
        return agents;
    }
}
