using Microsoft.Extensions.Time.Testing;
using Steth.Agent.Host;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tools;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Operations;

public class AgentInfoHandlerTests
{
    [Fact]
    public async Task Info_TellsWhoWhereAndWhichTools()
    {
        var time = new FakeTimeProvider();
        var started = time.GetUtcNow();
        var handler = new AgentInfoHandler(new AgentOptions { NeutronHost = "comp1.example" }, null, new OnlyIp(), time);
        time.Advance(TimeSpan.FromSeconds(5));
        var info = await handler.HandleAsync(new AgentInfoParams(), new CallContext { CorrelationId = "test" }, TestContext.Current.CancellationToken);
        info.Hostname.ShouldBe(File.ReadAllText("/proc/sys/kernel/hostname").TrimEnd());
        info.Kernel.ShouldBe(File.ReadAllText("/proc/sys/kernel/osrelease").TrimEnd());
        info.NeutronHost.ShouldBe("comp1.example");
        info.Version.ShouldBe("0.1.0");
        info.StartedAt.ShouldBe(started);
        info.Insecure.ShouldBeTrue();
        info.Tools.ShouldContain(new AgentTool { Name = "ip", Path = "/usr/sbin/ip", Package = "iproute2" });
        info.Tools.Where(t => t.Path is null).Select(t => $"{t.Name}: {t.Package}").ShouldBe(
        [
            "getent: libc-bin",
            "iperf: iperf",
            "iperf3: iperf3",
            "iptables-save: iptables",
            "nft: nftables",
            "nsenter: util-linux",
            "ovs-appctl: openvswitch-switch",
            "ovs-ofctl: openvswitch-switch",
            "ovs-vsctl: openvswitch-switch",
            "setpriv: util-linux",
            "setsid: util-linux",
            "tc: iproute2",
        ]);
    }

    private sealed class OnlyIp : IToolRunner
    {
        public Task<ToolOutput> RunAsync(ToolCommand command, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IRunningTool> StartAsync(ToolCommand command, Action<string>? onLine, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public string? Find(string program) => program == "ip" ? "/usr/sbin/ip" : null;
    }
}
