using System.Net;
using System.Text.Json;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Tools.Ip;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Agent.Tests.Operations;

public class InterfaceSetupHandlerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Task<InterfaceSetupResult> SetupAsync(
        PrivateNetwork network, string device, string cidr, bool flush = false, int? lease = null, string? local = null, bool force = false, int? confirm = 60) =>
        new InterfaceSetupHandler(network.Ip, network.Ovs, network.Leases).HandleAsync(
            new InterfaceSetupParams
            {
                Interface = DeviceName.Parse(device),
                Cidr = InterfaceAddress.Parse(cidr),
                Flush = flush,
                Force = force,
                LeaseSeconds = lease,
                ConfirmSeconds = confirm,
            },
            new CallContext { CorrelationId = "test", LocalAddress = local is null ? null : IPAddress.Parse(local) },
            Token);

    private static async Task<string[]> GlobalAsync(PrivateNetwork network, string device) =>
        [.. (await network.FactsAsync(device))!.Addresses.Where(a => a.Scope == "global").Select(a => a.Address.ToString())];

    [Fact]
    public async Task Setup_NewAddress_IsAddedWithBroadcastAndTheLinkIsUp()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        var result = await SetupAsync(network, "eth1", "192.168.100.7/24");
        result.ShouldBe(new InterfaceSetupResult { Interface = "eth1", Address = InterfaceAddress.Parse("192.168.100.7/24"), Added = true });
        var facts = await network.FactsAsync("eth1");
        facts!.AdminUp.ShouldBeTrue();
        facts.Addresses[0].Broadcast.ShouldBe(IPAddress.Parse("192.168.100.255"));
    }

    [Fact]
    public async Task Setup_Again_ChangesNothing()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await SetupAsync(network, "eth1", "192.168.100.7/24");
        (await SetupAsync(network, "eth1", "192.168.100.7/24")).Added.ShouldBeFalse();
        (await GlobalAsync(network, "eth1")).ShouldBe(["192.168.100.7/24"]);
    }

    [Fact]
    public async Task Setup_OtherAddresses_StayUnlessToldToFlush()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        foreach (var cidr in (string[])["10.0.0.1/24", "10.0.0.2/24", "fd00::1/64", "fe80::1/64"])
        {
            if ((await SetupAsync(network, "eth1", cidr)).LeaseId is { } trial)
                network.Leases.Confirm(trial).ShouldNotBeNull();
        }
        (await GlobalAsync(network, "eth1")).ShouldBe(["10.0.0.1/24", "10.0.0.2/24", "fd00::1/64"]);
        (await SetupAsync(network, "eth1", "10.0.0.2/24", flush: true, force: true)).Added.ShouldBeFalse();
        (await GlobalAsync(network, "eth1")).ShouldBe(["10.0.0.2/24"]);
        (await network.FactsAsync("eth1"))!.Addresses.Where(a => a.Scope == "link").Select(a => a.Address.ToString()).ShouldContain("fe80::1/64");
    }

    [Theory]
    [InlineData("10.0.0.0/31")]
    [InlineData("10.0.0.1/32")]
    public async Task Setup_PrefixWithoutBroadcast_GetsNone(string cidr)
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await SetupAsync(network, "eth1", cidr);
        (await network.FactsAsync("eth1"))!.Addresses.Single(a => a.Scope == "global").Broadcast.ShouldBeNull();
    }

    [Fact]
    public async Task Setup_LeaseLapses_OnlyWhatWasAddedGoes()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await network.Ip.RunAsync(["address", "add", "10.0.0.1/24", "dev", "eth1"], Token);
        var leased = await SetupAsync(network, "eth1", "10.0.9.1/24", lease: 30);
        network.Leases.List().ShouldHaveSingleItem().Covers.ShouldBe("address 10.0.9.1/24 on eth1");
        (await network.Leases.ReleaseAsync(leased.LeaseId!, Token)).ShouldBeTrue();
        (await GlobalAsync(network, "eth1")).ShouldBe(["10.0.0.1/24"]);
        (await network.FactsAsync("eth1"))!.AdminUp.ShouldBeFalse("it was down before");
    }

    [Theory]
    [InlineData("10.0.9.1/24")]
    [InlineData("fd00::9/64")]
    public async Task Setup_Leased_TheKernelEndsTheAddressWhereNoAgentDoes(string cidr)
    {
        await using var network = await PrivateNetwork.CreateAsync();
        var leased = await SetupAsync(network, "eth1", cidr, lease: 30);
        (await SecondsLeftAsync(network, cidr)).ShouldNotBeNull().ShouldBeInRange(35, 40);
        await network.Leases.RenewAsync(leased.LeaseId!, TimeSpan.FromSeconds(90), Token);
        (await SecondsLeftAsync(network, cidr)).ShouldNotBeNull().ShouldBeInRange(95, 100);
        await network.Ip.RunAsync(["address", "del", cidr, "dev", "eth1"], Token);
        await network.Leases.RenewAsync(leased.LeaseId!, TimeSpan.FromSeconds(90), Token);
        (await SecondsLeftAsync(network, cidr)).ShouldBeNull("somebody took it away");
    }

    [Fact]
    public async Task Setup_LeasedTwice_TheLastingAddressStaysLasting()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await SetupAsync(network, "eth1", "10.0.9.1/24");
        var leased = await SetupAsync(network, "eth1", "10.0.9.1/24", flush: true, force: true, lease: 30);
        await network.Leases.RenewAsync(leased.LeaseId!, TimeSpan.FromSeconds(90), Token);
        (await SecondsLeftAsync(network, "10.0.9.1/24")).ShouldBe(uint.MaxValue, "for ever, as ip prints it");
    }

    /// <summary>valid_life_time of an address on eth1; null when it is not there.</summary>
    private static async Task<long?> SecondsLeftAsync(PrivateNetwork network, string cidr)
    {
        using var links = JsonDocument.Parse(await network.Ip.RunAsync(["-j", "address", "show", "dev", "eth1"], Token));
        return links.RootElement.EnumerateArray().Single().GetProperty("addr_info").EnumerateArray()
            .Where(a => $"{a.GetProperty("local").GetString()}/{a.GetProperty("prefixlen").GetInt32()}" == cidr)
            .Select(a => (long?)a.GetProperty("valid_life_time").GetInt64())
            .SingleOrDefault();
    }

    [Fact]
    public async Task Setup_LeaseOnAnAddressThatWasThere_LeavesIt()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await SetupAsync(network, "eth1", "10.0.0.1/24");
        var again = await SetupAsync(network, "eth1", "10.0.0.1/24", lease: 30);
        await network.Leases.ReleaseAsync(again.LeaseId!, Token);
        (await GlobalAsync(network, "eth1")).ShouldBe(["10.0.0.1/24"]);
        (await network.FactsAsync("eth1"))!.AdminUp.ShouldBeTrue();
    }

    [Fact]
    public async Task Setup_LeaseEnds_WhatOthersAddedInItsSubnetStays()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        var leased = await SetupAsync(network, "eth1", "10.0.9.1/24", lease: 30);
        // It is secondary to the leased one, and the kernel takes secondary addresses along with their primary one.
        await network.Ip.RunAsync(["address", "add", "10.0.9.2/24", "dev", "eth1"], Token);
        await network.Leases.ReleaseAsync(leased.LeaseId!, Token);
        (await GlobalAsync(network, "eth1")).ShouldBe(["10.0.9.2/24"]);
    }

    [Fact]
    public async Task Setup_DeviceReplacedBeforeTheLeaseEnds_LeavesTheNewOne()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        var leased = await SetupAsync(network, "eth1", "10.0.9.1/24", lease: 30);
        await network.Ip.RunAsync(["link", "del", "eth1"], Token);
        await network.Ip.RunAsync(["link", "add", "eth1", "type", "ifb"], Token);
        await network.Ip.RunAsync(["address", "add", "10.0.9.1/24", "dev", "eth1"], Token);
        await network.Leases.ReleaseAsync(leased.LeaseId!, Token);
        (await GlobalAsync(network, "eth1")).ShouldBe(["10.0.9.1/24"]);
    }

    [Fact]
    public async Task Setup_TheCallersInterface_IsRefusedAndUntouched()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await SetupAsync(network, "eth0", "10.0.0.1/24");
        var e = await Should.ThrowAsync<OperationException>(() => SetupAsync(network, "eth0", "10.0.1.1/24", flush: true, local: "::ffff:10.0.0.1"));
        e.Code.ShouldBe(OperationErrorCode.PermissionDenied);
        e.Message.ShouldBe("Interface 'eth0' carries your own connection to this agent and is left alone; choose another, or force it where another way to the host is at hand.");
        (await GlobalAsync(network, "eth0")).ShouldBe(["10.0.0.1/24"]);
        (await SetupAsync(network, "eth1", "10.0.1.1/24", local: "10.0.0.1")).Added.ShouldBeTrue();
        (await SetupAsync(network, "eth0", "10.0.1.1/24", flush: true, local: "10.0.0.1", force: true)).ConfirmWithinSeconds.ShouldBe(60);
    }

    [Fact]
    public async Task Setup_FlushOfAnInterfaceNoAgentMade_NeedsForce()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await network.Ip.RunAsync(["address", "add", "10.0.0.1/24", "dev", "eth1"], Token);
        var e = await Should.ThrowAsync<OperationException>(() => SetupAsync(network, "eth1", "10.0.1.1/24", flush: true));
        e.Code.ShouldBe(OperationErrorCode.PermissionDenied);
        e.Message.ShouldBe("Interface 'eth1' was not made by an agent of steth and keeps 10.0.0.1/24; force it where they really are to go.");
        (await GlobalAsync(network, "eth1")).ShouldBe(["10.0.0.1/24"]);
        await network.Ip.RunAsync(["link", "set", "eth1", "alias", "steth"], Token);
        (await SetupAsync(network, "eth1", "10.0.1.1/24", flush: true)).Added.ShouldBeTrue();
        (await GlobalAsync(network, "eth1")).ShouldBe(["10.0.1.1/24"]);
    }

    [Fact]
    public async Task Setup_InterfaceInUse_CannotBeConfirmed_IsRefused()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await SetupAsync(network, "eth1", "10.0.0.1/24");
        var e = await Should.ThrowAsync<OperationException>(() => SetupAsync(network, "eth1", "10.0.1.1/24", confirm: null));
        e.Code.ShouldBe(OperationErrorCode.PermissionDenied);
        e.Message.ShouldBe("Interface 'eth1' is in use (it has the address 10.0.0.1/24), where a change has to be confirmed or is undone; change it with 'steth setup-link'.");
        (await SetupAsync(network, "eth1", "10.0.0.1/24", confirm: null)).Added.ShouldBeFalse("nothing is changed");
    }

    /// <summary>Addresses and routes of every kind that a flush loses: secondary, peer, labelled, with a lifetime; by gateway, of a table, of several hops.</summary>
    private static readonly string[] Furniture =
    [
        "link set eth1 addrgenmode none", "link set eth2 addrgenmode none", "link set eth1 up", "link set p1 up", "link set eth2 up", "link set p2 up",
        "address add 10.0.0.1/24 brd + dev eth1 label eth1:a", "address add 10.0.0.2/24 brd + dev eth1",
        "address add 10.9.0.1 peer 10.9.0.2/32 dev eth1", "address add 10.5.0.1/24 dev eth1 noprefixroute",
        "address add 10.6.0.1/24 dev eth1 valid_lft 5000 preferred_lft 4000", "address add fd00::1/64 dev eth1 nodad", "address add 10.2.0.1/24 dev eth2",
        "route add 10.5.0.0/24 dev eth1 metric 77", "route add default via 10.0.0.254", "route add 172.16.0.0/12 via 10.0.0.253 proto static metric 5",
        "route add 172.20.0.0/16 via 10.0.0.252 table 77", "route add 192.168.0.0/16 nexthop via 10.0.0.251 dev eth1 nexthop via 10.2.0.2 dev eth2",
        "-6 route add 2001:db8::/32 via fd00::99 dev eth1",
    ];

    private static async Task<string> StateAsync(PrivateNetwork network)
    {
        var text = new System.Text.StringBuilder();
        foreach (var arguments in (string[])["-o address show dev eth1", "-4 -o route show table all", "-6 -o route show table all"])
            text.AppendLine(string.Join('\n', (await network.Ip.RunAsync(arguments.Split(' '), Token)).Split('\n')
                .Where(l => !l.Contains("fe80::", StringComparison.Ordinal) && !l.Contains("ff00::", StringComparison.Ordinal)).Order(StringComparer.Ordinal)));
        // Link-local ones come when the kernel is done with looking for duplicates. Lifetimes run on, and so do the detection of duplicates and the kernel's watch over carriers.
        return System.Text.RegularExpressions.Regex.Replace(text.ToString(), "_lft [0-9]+sec", "_lft Nsec")
            .Replace(" tentative", "", StringComparison.Ordinal).Replace(" linkdown", "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lapse")]
    [InlineData("kill")]
    [InlineData("release")]
    public async Task Setup_InterfaceInUseNotConfirmed_EverythingIsAsItWas(string end)
    {
        await using var network = await PrivateNetwork.CreateAsync();
        foreach (var line in Furniture)
            await network.Ip.RunAsync(line.Split(' '), Token);
        var before = await StateAsync(network);

        var changed = await SetupAsync(network, "eth1", "10.0.1.1/24", flush: true, force: true);

        changed.ConfirmWithinSeconds.ShouldBe(60);
        (await GlobalAsync(network, "eth1")).ShouldBe(["10.0.1.1/24"]);
        (await StateAsync(network)).ShouldNotContain("10.0.0.254");
        if (end == "kill")
        {
            (await network.KillAsync()).ShouldBe(["address 10.0.1.1/24 on eth1"]);
        }
        else if (end == "release")
        {
            await network.Leases.ReleaseAsync(changed.LeaseId!, Token);
        }
        else
        {
            network.Time.Advance(TimeSpan.FromSeconds(61));
            for (var i = 0; i < 200 && await StateAsync(network) != before; i++)
                await Task.Delay(50, Token);
        }
        (await StateAsync(network)).Split('\n').ShouldBe(before.Split('\n'));
    }

    [Fact]
    public async Task Setup_InterfaceInUseConfirmed_Stays()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await SetupAsync(network, "eth1", "10.0.0.1/24");
        var changed = await SetupAsync(network, "eth1", "10.0.1.1/24");
        var confirm = new InterfaceConfirmHandler(network.Leases);
        var call = new CallContext { CorrelationId = "test" };
        (await confirm.HandleAsync(new InterfaceConfirmParams { LeaseId = changed.LeaseId! }, call, Token)).Covers.ShouldBe("address 10.0.1.1/24 on eth1");
        network.Leases.List().ShouldBeEmpty();
        (await network.KillAsync()).ShouldBeEmpty();
        (await GlobalAsync(network, "eth1")).ShouldBe(["10.0.0.1/24", "10.0.1.1/24"]);
        (await Should.ThrowAsync<OperationException>(() => confirm.HandleAsync(new InterfaceConfirmParams { LeaseId = changed.LeaseId! }, call, Token)))
            .Code.ShouldBe(OperationErrorCode.NoSuchDevice);
    }

    [Theory]
    [InlineData("10.0.1.1/24", false, null)]
    [InlineData("10.0.2.1/24", true, null)]
    [InlineData("10.0.2.1/24", false, 30)]
    public async Task Setup_WhileAChangeIsOnTrial_IsRefusedAndNothingElseComesOfIt(string cidr, bool flush, int? lease)
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await SetupAsync(network, "eth1", "10.0.0.1/24");
        var first = await SetupAsync(network, "eth1", "10.0.1.1/24");
        var until = network.Leases.List().Single().ExpiresAt;

        var e = await Should.ThrowAsync<OperationException>(() => SetupAsync(network, "eth1", cidr, flush, lease, force: flush));

        (e.Code, e.Message).ShouldBe((OperationErrorCode.Busy, $"Interface 'eth1' is on a lease (address 10.0.1.1/24 on eth1) that is undone at "
            + $"{until:yyyy-MM-dd HH:mm:ss} UTC unless it is confirmed or renewed; wait until then, or end it: steth end-lease NODE {first.LeaseId}."));
        (await GlobalAsync(network, "eth1")).ShouldBe(["10.0.0.1/24", "10.0.1.1/24"]);
        (await SetupAsync(network, "eth2", cidr)).Added.ShouldBeTrue("another interface");
        network.Leases.Confirm(first.LeaseId!);
        (await SetupAsync(network, "eth1", "10.0.1.1/24")).Added.ShouldBeFalse("it stays now");
    }

    [Fact]
    public async Task Setup_TwiceAtOnce_OneIsRefused()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await SetupAsync(network, "eth1", "10.0.0.1/24");
        var tries = Enumerable.Range(1, 4).Select(i => SetupAsync(network, "eth1", $"10.0.{i}.1/24")).ToArray();
        await Task.WhenAll(tries.Select(t => t.ContinueWith(_ => { }, Token, TaskContinuationOptions.None, TaskScheduler.Default)));
        tries.Count(t => t.IsCompletedSuccessfully).ShouldBe(1);
        tries.Where(t => t.IsFaulted).ShouldAllBe(t => ((OperationException)t.Exception!.InnerException!).Code == OperationErrorCode.Busy);
        (await GlobalAsync(network, "eth1")).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Confirm_LeaseThatWasAskedFor_IsRefused()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        var leased = await SetupAsync(network, "eth1", "10.0.0.1/24", lease: 30);
        (await Should.ThrowAsync<OperationException>(() => new InterfaceConfirmHandler(network.Leases).HandleAsync(
            new InterfaceConfirmParams { LeaseId = leased.LeaseId! }, new CallContext { CorrelationId = "test" }, Token)))
            .Code.ShouldBe(OperationErrorCode.NoSuchDevice);
        network.Leases.List().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Setup_KilledUnderALease_TheNextLifeTakesTheAddressBack()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await SetupAsync(network, "eth1", "10.0.9.1/24", lease: 30);
        (await network.KillAsync()).ShouldBe(["address 10.0.9.1/24 on eth1"]);
        (await GlobalAsync(network, "eth1")).ShouldBeEmpty();
        (await network.FactsAsync("eth1"))!.AdminUp.ShouldBeFalse("it was down before");
    }

    [Fact]
    public async Task Setup_MemberOfTheCallersBridge_IsRefused()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        await network.Ip.RunAsync(["link", "add", "br9", "type", "bridge"], Token);
        await network.Ip.RunAsync(["link", "set", "eth1", "master", "br9"], Token);
        await SetupAsync(network, "br9", "10.0.0.1/24");
        foreach (var device in new[] { "br9", "eth1", "p1" })
        {
            (await Should.ThrowAsync<OperationException>(() => SetupAsync(network, device, "10.0.1.1/24", local: "10.0.0.1")))
                .Code.ShouldBe(OperationErrorCode.PermissionDenied, device);
        }
    }

    [Fact]
    public async Task Setup_PortOfTheCallersOvsBridge_IsRefused()
    {
        await using var network = (await PrivateNetwork.CreateAsync()).WithOvs();
        await network.Ip.RunAsync(["link", "add", "br-ex", "type", "ifb"], Token);
        await SetupAsync(network, "br-ex", "10.0.0.1/24");
        (await Should.ThrowAsync<OperationException>(() => SetupAsync(network, "eth1", "10.0.1.1/24", local: "10.0.0.1")))
            .Code.ShouldBe(OperationErrorCode.PermissionDenied);
        (await SetupAsync(network, "eth2", "10.0.1.1/24", local: "10.0.0.1")).Added.ShouldBeTrue();
    }

    [Fact]
    public async Task Setup_UnknownInterface_SaysSo()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        (await Should.ThrowAsync<OperationException>(() => SetupAsync(network, "eth9", "10.0.0.1/24"))).Code.ShouldBe(OperationErrorCode.NoSuchDevice);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3601)]
    public async Task Setup_LeaseOutOfRange_IsRefused(int seconds)
    {
        await using var network = await PrivateNetwork.CreateAsync();
        var e = await Should.ThrowAsync<OperationException>(() => SetupAsync(network, "eth1", "10.0.0.1/24", lease: seconds));
        e.Code.ShouldBe(OperationErrorCode.InvalidParams);
        e.Message.ShouldBe($"lease_seconds is {seconds}; expected 1-3600.");
    }

    [Fact]
    public async Task Setup_KernelRefuses_TakesTheLinkDownAgain()
    {
        await using var network = await PrivateNetwork.CreateAsync();
        var e = await Should.ThrowAsync<OperationException>(() => SetupAsync(network, "eth1", "ff02::1/128"));
        e.Code.ShouldBe(OperationErrorCode.ToolFailed);
        e.Message.ShouldStartWith("'ip address replace ff02::1/128 dev eth1' failed on this host: ");
        (await network.FactsAsync("eth1"))!.AdminUp.ShouldBeFalse();
    }
}
