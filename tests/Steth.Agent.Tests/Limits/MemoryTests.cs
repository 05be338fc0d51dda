using Steth.Agent.Tests.Host;
using Steth.Agent.Tests.Kernel;
using Steth.Agent.Tests.Recorded;
using Steth.Contracts;

namespace Steth.Agent.Tests.Limits;

/// <summary>The real agent under greedy calls, with as much memory for its heap as systemd's limit of 512 MB leaves it.</summary>
public class MemoryTests
{
    private const int MostMiB = 480;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_ThatHoldMuch_AreBusyBeyondTheRoomAndLeaveIt()
    {
        Privilege.NeedsRoot();
        await using var agent = await AgentProcess.StartAsync(("DOTNET_GCHeapHardLimit", "18000000"));
        using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        // Nobody answers: each holds its tables for some seconds. 9 of 20 MB fit.
        var targets = string.Join(',', Enumerable.Range(0, 500).Select(i => $$"""{"from":"127.0.0.1","to":"127.1.{{i / 250}}.{{i % 250}}","port":9}"""));
        var probe = $$"""{"token":1,"targets":[{{targets}}],"count":1000,"interval_ms":60000,"pps":1000}""";
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var calls = Enumerable.Range(0, 60).Select(_ => AskUntilAsync(client, agent, "udp.probe", probe, done.Token)).ToList();
        // Requests of nearly a mebibyte that are refused for what they say, and wide pings.
        var large = $$"""{"device":"{{new string('x', 900_000)}}"}""";
        for (var i = 0; i < 40; i++)
            calls.Add(AskUntilAsync(client, agent, "neighbour.scan", large, done.Token));

        var most = 0.0;
        var refused = 0;
        for (var round = 0; round < 40; round++)
        {
            most = Math.Max(most, agent.MemoryMiB());
            refused = calls.Count(c => c is { IsCompletedSuccessfully: true, Result: (int)OperationErrorCode.Busy });
            await Task.Delay(100, Token);
        }
        refused.ShouldBeGreaterThan(40);
        (await client.AskAsync(agent, "udp.probe", probe)).Error().ShouldBe(((int)OperationErrorCode.Busy,
            "192 MiB of memory are in use for calls on this agent already, which is the most; ask for less, or again when other calls have ended."));
        await agent.MustServeAsync();
        (await client.AskAsync(agent, "udp.probe", """{"token":1,"targets":[{"from":"127.0.0.1","to":"127.0.0.2","port":9}],"count":1,"timeout_ms":10}"""))
            .Error().Code.ShouldBe(0);
        most.ShouldBeLessThan(MostMiB);
        TestContext.Current.TestOutputHelper?.WriteLine($"at most {most:0} MiB, {refused} refused");

        await done.CancelAsync();
        await Task.WhenAll(calls.Select(call => Task.WhenAny(call)));
        // What they held is there for others.
        var until = DateTime.UtcNow.AddSeconds(20);
        while ((await client.AskAsync(agent, "udp.probe", probe.Replace("60000", "0").Replace("\"pps\":1000", "\"pps\":1000000,\"timeout_ms\":10")))
            .Error().Code == (int)OperationErrorCode.Busy)
        {
            DateTime.UtcNow.ShouldBeLessThan(until);
            await Task.Delay(100, Token);
        }
    }

    [Fact]
    public async Task Flows_OfMoreThanThereIsRoomFor_AreRefusedAndTheAgentServesOn()
    {
        Privilege.NeedsRoot();
        var folder = Directory.CreateTempSubdirectory("steth-flows-").FullName;
        try
        {
            using (var flows = File.CreateText(Path.Combine(folder, "flows")))
            {
                for (var i = 0; i < 90_000; i++)
                    flows.Write($" cookie=0x9c1f3a2b7d4e5f60, duration=123456.789s, table=22, n_packets=123456, n_bytes=12345678, priority=2,dl_vlan={i % 4094},"
                        + $"dl_dst=fa:16:3e:00:{i / 256 % 256:x2}:{i % 256:x2} actions=strip_vlan,load:0x64->NXM_NX_TUN_ID[],output:{i % 100}\n");
            }
            await File.WriteAllTextAsync(Path.Combine(folder, "show"), Recording.Read("ovs/comp1.show.json"), Token);
            StandIn("ovs-vsctl", "show");
            StandIn("ovs-ofctl", "flows");
            await using var agent = await AgentProcess.StartOnAsync(
                string.Join("; ", ((string[])["ovs-vsctl", "ovs-ofctl"]).Select(p => $"mount --bind {folder}/{p} /usr/bin/{p}")),
                ("DOTNET_GCHeapHardLimit", "18000000"));
            using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
            const string bridge = """{"bridge":"br-int"}""";

            (await client.AskAsync(agent, "ovs.flows", bridge)).GetProperty("result").GetProperty("flows").GetArrayLength().ShouldBe(90_000);
            var calls = Enumerable.Range(0, 4).Select(_ => AskUntilAsync(client, agent, "ovs.flows", bridge, Token)).ToList();
            var most = 0.0;
            while (!calls.TrueForAll(c => c.IsCompleted))
            {
                most = Math.Max(most, agent.MemoryMiB());
                await Task.Delay(20, Token);
            }

            (await Task.WhenAll(calls)).ShouldBeSubsetOf([0, (int)OperationErrorCode.ToolFailed]);
            calls.Count(c => c.Result != 0).ShouldBeGreaterThanOrEqualTo(3);
            most.ShouldBeLessThan(MostMiB);
            TestContext.Current.TestOutputHelper?.WriteLine($"at most {most:0} MiB");
            await agent.MustServeAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        void StandIn(string program, string file)
        {
            var path = Path.Combine(folder, program);
            File.WriteAllText(path, $"#!/bin/sh\n/bin/cat {folder}/{file}\n");
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    private static async Task<int> AskUntilAsync(HttpClient client, AgentProcess agent, string method, string parameters, CancellationToken token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, agent.Address)
        {
            Content = new StringContent($$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{{parameters}}}"""),
        };
        using var response = await client.SendAsync(request, token);
        return System.Text.Json.JsonElement.Parse(await response.Content.ReadAsStringAsync(token)).Error().Code;
    }
}
