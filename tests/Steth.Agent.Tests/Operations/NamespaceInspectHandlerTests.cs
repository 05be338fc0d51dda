using System.Net;
using System.Net.Sockets;
using Steth.Agent.Kernel;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Kernel;
using Steth.Agent.Tests.Tools;
using Steth.Agent.Tools;
using Steth.Agent.Tools.Ip;
using Steth.Agent.Tools.Ovs;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Agent.Tests.Operations;

public sealed class NamespaceInspectHandlerTests
{
    private static readonly CallContext _call = new() { CorrelationId = "t" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HandleAsync_RouterLikeNamespace_EveryPart()
    {
        Privilege.NeedsRoot();
        using var router = new ScratchNamespace();
        router.AddVeth("qr-1", "qg-1");
        router.Ip("addr add 10.10.0.1/24 dev qr-1");
        router.Ip("route add default via 10.10.0.254 dev qr-1");
        router.Ip("route add blackhole 10.99.0.7/32");
        router.Ip("neigh add 10.10.0.35 lladdr fa:16:3e:f0:24:66 dev qr-1 nud permanent");
        router.Exec("sysctl", "-qw net.ipv4.ip_forward=1");
        using var tcp = NetworkNamespace.Run(router.Name, () => Listening(IPAddress.Parse("10.10.0.1"), 9697));
        using var udp = NetworkNamespace.Run(router.Name, () => Bound(IPAddress.IPv6Any, 547));
        await using var program = await new ToolRunner().StartAsync(
            new ToolCommand { Program = "ip", Arguments = ["netns", "exec", router.Name.ToString(), "sh", "-c", "read x", "haproxy", "--password=hunter2", "-f", "a.conf"] }, null, Token);

        var found = await InspectAsync(new NamespaceInspectParams { Namespace = router.Name });

        found.Problems.ShouldBeEmpty();
        found.Namespace.ShouldBe(router.Name.ToString());
        found.Interfaces!.Select(i => i.Name).ShouldBe(["lo", "qg-1", "qr-1"], ignoreOrder: true);
        found.Routes.ShouldBe(
        [
            new RouteFacts { Destination = "default", Gateway = IPAddress.Parse("10.10.0.254"), Device = "qr-1" },
            new RouteFacts { Destination = "10.10.0.0/24", Device = "qr-1" },
            new RouteFacts { Destination = "10.99.0.7/32", Kind = "blackhole" },
        ]);
        found.Neighbours.ShouldBe([new NeighbourFacts { Address = IPAddress.Parse("10.10.0.35"), Device = "qr-1", Mac = MacAddress.Parse("fa:16:3e:f0:24:66"), State = "PERMANENT" }]);
        found.IpForward.ShouldBe(true);
        found.Listeners.ShouldBe([new ListeningSocket("tcp", IPAddress.Parse("10.10.0.1"), 9697), new ListeningSocket("udp", IPAddress.IPv6Any, 547)]);
    }

    [Fact]
    public async Task HandleAsync_Programs_ThoseOfTheNamespaceAloneWithoutTheAgentsOwnTools()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        await using var program = await new ToolRunner().StartAsync(
            new ToolCommand { Program = "sh", Arguments = ["-c", $"ip netns exec {scratch.Name} sleep 600 & wait"] }, null, Token);
        await using var own = await new ToolRunner().StartAsync(
            new ToolCommand { Program = "ip", Arguments = ["netns", "exec", scratch.Name.ToString(), "cat"] }, null, Token);
        await UntilAsync(async () => (await InspectAsync(new NamespaceInspectParams { Namespace = scratch.Name })).Processes!.Any(p => p.Name == "sleep"));

        var found = await InspectAsync(new NamespaceInspectParams { Namespace = scratch.Name });

        var sleep = found.Processes.ShouldHaveSingleItem();
        (sleep.Name, sleep.State).ShouldBe(("sleep", "S"));
        sleep.Arguments.ShouldBe(["sleep", "600"]);
        (await InspectAsync(new NamespaceInspectParams { WithoutInterfaces = true })).Processes!.ShouldAllBe(p => p.Name != "sleep");
    }

    [Fact]
    public async Task HandleAsync_PacketFilter_ChainsAndTheRulesAskedFor()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.Exec("iptables", "-P FORWARD DROP");
        scratch.Exec("iptables", "-N neutron-openvswi-o75e9329b-9");
        scratch.Exec("iptables", "-A FORWARD -m physdev --physdev-in tap75e9329b-9c --physdev-is-bridged -j neutron-openvswi-o75e9329b-9");
        scratch.Exec("iptables", "-A neutron-openvswi-o75e9329b-9 -s 10.0.0.5/32 -j RETURN");
        scratch.Exec("iptables", "-A FORWARD -s 10.0.0.6/32 -j ACCEPT");

        var all = await InspectAsync(new NamespaceInspectParams { Namespace = scratch.Name });
        var some = await InspectAsync(new NamespaceInspectParams { Namespace = scratch.Name, RulesHolding = ["75e9329b-9"], WithoutInterfaces = true });

        all.Problems.ShouldBeEmpty();
        all.Chains!.ShouldContain(new FilterChain("filter", "FORWARD", "DROP", 0));
        all.Chains!.ShouldContain(new FilterChain("filter", "neutron-openvswi-o75e9329b-9", null, 0));
        all.Rules!.Count.ShouldBe(3);
        some.Rules.ShouldBe(
        [
            new FilterRule("filter", "FORWARD", "-m physdev --physdev-in tap75e9329b-9c --physdev-is-bridged -j neutron-openvswi-o75e9329b-9", 0),
            new FilterRule("filter", "neutron-openvswi-o75e9329b-9", "-s 10.0.0.5/32 -j RETURN", 0),
        ]);
        some.Interfaces.ShouldBeNull();
    }

    [Fact]
    public async Task HandleAsync_RulesFromInput_WhatTheHostsOwnPacketsMeetThere()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        foreach (var chain in (string[])["own", "inner", "bridged", "other"])
            scratch.Exec("iptables", $"-N {chain}");
        scratch.Exec("iptables", "-A INPUT -m physdev --physdev-in tap75e9329b-9c --physdev-is-bridged -j bridged");
        scratch.Exec("iptables", "-A INPUT -j own");
        scratch.Exec("iptables", "-A FORWARD -j other");
        scratch.Exec("iptables", "-A own -p udp -m udp --dport 4789 -g inner");
        scratch.Exec("iptables", "-A inner -j DROP");
        scratch.Exec("iptables", "-A bridged -j DROP");
        scratch.Exec("iptables", "-A other -s 10.0.0.6/32 -j ACCEPT");
        scratch.Exec("iptables", "-t nat -A INPUT -j ACCEPT");

        var met = await InspectAsync(new NamespaceInspectParams { Namespace = scratch.Name, RulesFrom = ["INPUT"], WithoutInterfaces = true });
        var held = await InspectAsync(new NamespaceInspectParams
        {
            Namespace = scratch.Name,
            RulesFrom = ["INPUT"],
            RulesHolding = ["10.0.0.6"],
            WithoutInterfaces = true,
        });

        met.Rules!.Select(r => $"{r.Table} {r.Chain}").ShouldBe(["filter INPUT", "filter inner", "filter own"], ignoreOrder: true);
        held.Rules!.Count.ShouldBe(4);
    }

    [Fact]
    public async Task HandleAsync_Nftables_WhatIptablesDoesNotTell()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.Exec("iptables", "-A FORWARD -s 10.0.0.6/32 -j DROP");
        scratch.Exec("nft", "add table inet hardening ; add chain inet hardening forward { type filter hook forward priority 0 ; policy drop ; } ; "
            + "add rule inet hardening forward ip saddr 10.0.0.5 counter drop");
        scratch.Exec("nft", "add table ip mine ; add chain ip mine in { type filter hook input priority 0 ; policy drop ; }");

        var found = await InspectAsync(new NamespaceInspectParams { Namespace = scratch.Name });

        found.Problems.ShouldBeEmpty();
        found.Nftables!.Select(c => $"{c.Family} {c.Table} {c.Chain} {c.DropsByPolicy} {string.Join(' ', c.Drops.Select(d => d.Text))}").ShouldBe(
            ["inet hardening forward True ip saddr 10.0.0.5 counter drop", "ip mine in True "]);
        found.Rules.ShouldHaveSingleItem().Text.ShouldBe("-s 10.0.0.6/32 -j DROP");
        found.Conntrack!.Max.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task HandleAsync_HostWithoutNft_TellsNoneAndNoProblem()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        using var some = new StandInTools().Add("ip", "exec /usr/sbin/ip \"$@\"").Add("iptables-save", "exec /usr/sbin/iptables-save \"$@\"")
            .Add("nsenter", "exec /usr/bin/nsenter \"$@\"");

        var found = await InspectAsync(new NamespaceInspectParams { Namespace = scratch.Name, WithoutInterfaces = true }, some.Runner);

        found.Problems.ShouldBeEmpty();
        found.Nftables.ShouldBeNull();
        found.Rules.ShouldBeEmpty();
    }

    [Fact]
    public async Task HandleAsync_OnePartFails_IsAProblemAndTheOthersAreThere()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();

        var found = await InspectAsync(new NamespaceInspectParams { Namespace = scratch.Name }, new ToolsWithout("iptables-save", new ToolRunner()));

        found.Problems.ShouldBe(["The packet filter could not be read: iptables-save failed: Error: no such thing"]);
        found.Chains.ShouldBeNull();
        found.Nftables.ShouldNotBeNull();
        found.Rules.ShouldBeNull();
        found.Interfaces!.ShouldHaveSingleItem().Name.ShouldBe("lo");
        found.IpForward.ShouldNotBeNull();
    }

    [Fact]
    public async Task HandleAsync_NoSuchNamespace_IsNoSuchDevice() =>
        (await Should.ThrowAsync<OperationException>(() => InspectAsync(new NamespaceInspectParams { Namespace = NamespaceName.Parse("steth-none") })))
            .Code.ShouldBe(OperationErrorCode.NoSuchDevice);

    [Fact]
    public async Task HandleAsync_EmptyWord_IsInvalidParams() =>
        (await Should.ThrowAsync<OperationException>(() => InspectAsync(new NamespaceInspectParams { RulesHolding = [""] })))
            .Code.ShouldBe(OperationErrorCode.InvalidParams);

    private static Socket Listening(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, port));
        socket.Listen();
        return socket;
    }

    private static Socket Bound(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address, port));
        return socket;
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(10));
        while (!await holds())
            await Task.Delay(50, deadline.Token);
    }

    private static Task<NamespaceInspectResult> InspectAsync(NamespaceInspectParams wanted, IToolRunner? tools = null)
    {
        tools ??= new ToolRunner();
        var ip = new IpTool(tools);
        return new NamespaceInspectHandler(new InterfaceListHandler(ip, new OvsDatabase(tools)).HandleAsync, ip, tools).HandleAsync(wanted, _call, Token);
    }
}
