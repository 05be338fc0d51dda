using Steth.Agent.Leases;
using Steth.Agent.Tests.Tools.Ip;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Packets.Addresses;

namespace Steth.Agent.Tests.Leases;

/// <summary>Giving an interface back on the real kernel what it had, also where not all of it can be given back at once.</summary>
public sealed class InterfaceUndoTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<PrivateNetwork> CreateAsync(params string[] furniture)
    {
        var network = await PrivateNetwork.CreateAsync();
        string[] ends = ["eth1", "p1", "eth2", "p2"];
        foreach (var line in ends.SelectMany(e => (string[])[$"link set {e} addrgenmode none", $"link set {e} up"]).Concat(furniture))
            await RunAsync(network, line);
        return network;
    }

    private static Task<string> RunAsync(PrivateNetwork network, string line) => network.Ip.RunAsync(line.Split(' '), Token);

    /// <summary>What undoes the removal of all that eth1 has now.</summary>
    private static async Task<InterfaceUndo> UndoAsync(PrivateNetwork network) => new()
    {
        Name = DeviceName.Parse("eth1"),
        Index = (await network.FactsAsync("eth1"))!.Index,
        Added = InterfaceAddress.Parse("10.0.1.1/24"),
        Down = false,
        Addresses = await KeptAddress.ReadAsync(network.Ip, "eth1", Token),
        Routes = await KeptRoute.ReadAsync(network.Ip, "eth1", Token),
    };

    private static async Task<string[]> RoutesAsync(PrivateNetwork network) =>
        [.. (await RunAsync(network, "-4 -o route show dev eth1")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.Replace(" linkdown", "", StringComparison.Ordinal).Trim()).Order(StringComparer.Ordinal)];

    private static async Task<string[]> AddressesAsync(PrivateNetwork network) =>
        [.. (await network.FactsAsync("eth1"))!.Addresses.Select(a => a.Address.ToString())];

    [Fact]
    public async Task Run_RouteOfANexthopObject_ComesBackByItsGateway()
    {
        await using var network = await CreateAsync("address add 10.0.0.1/24 dev eth1", "nexthop add id 7 via 10.0.0.250 dev eth1",
            "route add 172.30.0.0/16 nhid 7 src 10.0.0.1", "route add default via 10.0.0.254", "route add 172.31.0.0/16 via 10.0.0.253");
        (await RunAsync(network, "-o route show 172.30.0.0/16")).ShouldContain("nhid 7 via 10.0.0.250");
        var undo = await UndoAsync(network);
        await RunAsync(network, "address flush dev eth1");
        (await RoutesAsync(network)).ShouldBeEmpty();

        await undo.RunAsync(network.Tools, Token);

        (await RoutesAsync(network)).ShouldBe(
        [
            "10.0.0.0/24 proto kernel scope link src 10.0.0.1", "172.30.0.0/16 via 10.0.0.250 src 10.0.0.1", "172.31.0.0/16 via 10.0.0.253",
            "default via 10.0.0.254",
        ]);
        await undo.RunAsync(network.Tools, Token);
    }

    [Fact]
    public async Task Run_OneRouteIsRefused_AllElseComesBackAndRetriesTouchOnlyThatOne()
    {
        await using var network = await CreateAsync(
            "address add 203.0.113.1/24 dev eth2", "address add 10.0.0.1/24 dev eth1", "address add 10.0.0.2/24 dev eth1",
            "route add 172.30.0.0/16 via 203.0.113.9 dev eth1 onlink", "route add default via 10.0.0.254");
        var kept = await UndoAsync(network);
        // By a gateway that is not to be reached as long as eth2 has no address.
        var undo = kept with { Routes = [.. kept.Routes.Select(r => r with { Words = r.Words.Replace(" onlink", "", StringComparison.Ordinal) })] };
        await RunAsync(network, "address flush dev eth1");
        await RunAsync(network, "address add 10.0.1.1/24 dev eth1");

        (await Should.ThrowAsync<OperationException>(() => undo.RunAsync(network.Tools, Token))).Message.ShouldContain("172.30.0.0/16");

        (await AddressesAsync(network)).ShouldBe(["10.0.0.1/24", "10.0.0.2/24"]);
        (await RoutesAsync(network)).ShouldContain("default via 10.0.0.254");
        // Goes with the address it needs, would that be taken away once more.
        await RunAsync(network, "route add 192.0.2.0/24 via 10.0.0.9");
        await Should.ThrowAsync<OperationException>(() => undo.RunAsync(network.Tools, Token));
        (await RoutesAsync(network)).ShouldContain("192.0.2.0/24 via 10.0.0.9");

        await RunAsync(network, "route add 203.0.113.9 dev eth1");
        await undo.RunAsync(network.Tools, Token);
        (await RoutesAsync(network)).ShouldContain("172.30.0.0/16 via 203.0.113.9");
    }

    [Fact]
    public async Task Run_SecondaryStayedAndBecamePrimary_TheOrderIsGivenBackOnce()
    {
        await using var network = await CreateAsync("address add 10.0.0.1/24 dev eth1", "address add 10.0.0.2/24 dev eth1 label eth1:b");
        var undo = await UndoAsync(network);
        await RunAsync(network, "address flush dev eth1");
        await RunAsync(network, "address add 10.0.0.2/24 dev eth1");

        await undo.RunAsync(network.Tools, Token);

        (await AddressesAsync(network)).ShouldBe(["10.0.0.1/24", "10.0.0.2/24"]);
        (await RunAsync(network, "-o -4 address show dev eth1")).ShouldContain("10.0.0.2/24 scope global secondary eth1:b");
        await RunAsync(network, "route add 192.0.2.0/24 via 10.0.0.9");
        await undo.RunAsync(network.Tools, Token);
        (await RoutesAsync(network)).ShouldContain("192.0.2.0/24 via 10.0.0.9");
    }
}
