using Steth.Agent.Tests.Kernel;
using Steth.Agent.Tests.Recorded;
using Steth.Agent.Tools;
using Steth.Agent.Tools.Nftables;
using Steth.Contracts;

namespace Steth.Agent.Tests.Tools.Nftables;

public sealed class NftablesToolTests
{
    private static readonly Task<IptablesRules?> _noIptables = Task.FromResult<IptablesRules?>(null);

    [Fact]
    public void Devices_Recorded_OfEachChain() =>
        NftablesTool.Devices(Recording.Read("nft/netdev.txt")).Select(d => $"{d.Key} {string.Join(' ', d.Value)}").ShouldBe(
            ["(netdev, nd, ing) tap1", "(netdev, nd, both) qvb1 tap1", "(netdev, nd, eg) qvb1"]);

    [Fact]
    public async Task ReadAsync_RealRuleset_CountsWhatItDropped()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.Exec("nft", "add table inet t ; add chain inet t out { type filter hook output priority -5 ; policy accept ; } ; "
            + "add rule inet t out ip daddr 127.0.0.1 icmp type echo-request counter drop");
        Should.Throw<InvalidOperationException>(() => scratch.Exec("ping", "-c 3 -i 0.01 -W 1 127.0.0.1"));

        var chain = (await ReadAsync(scratch)).Chains.ShouldHaveSingleItem();

        (chain.Family, chain.Table, chain.Chain, chain.Hook, chain.Priority, chain.DropsByPolicy)
            .ShouldBe(("inet", "t", "out", "output", -5, false));
        var rule = chain.Drops.ShouldHaveSingleItem();
        (rule.Chain, rule.Text, rule.Packets).ShouldBe(("out", "ip daddr 127.0.0.1 icmp type echo-request counter drop", 3));
        scratch.Exec("nft", $"delete rule inet t out handle {rule.Handle}");
        (await ReadAsync(scratch)).Chains.ShouldBeEmpty();
    }

    [Fact]
    public async Task ReadAsync_ChainsOfDevices_HaveTheirDevices()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("tap1", "qvb1");
        scratch.Exec("nft", "add table netdev t ; add chain netdev t one { type filter hook ingress device tap1 priority 0 ; policy drop ; } ; "
            + "add chain netdev t two { type filter hook ingress devices = { tap1, qvb1 } priority 0 ; policy drop ; }");

        (await ReadAsync(scratch)).Chains.Select(c => $"{c.Chain} {c.DropsByPolicy} {string.Join(' ', c.Devices.Order())}")
            .ShouldBe(["one True tap1", "two True qvb1 tap1"]);
    }

    [Fact]
    public async Task ReadAsync_NoRules_IsEmpty()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();

        (await ReadAsync(scratch)).Chains.ShouldBeEmpty();
    }

    [Fact]
    public async Task ReadAsync_NftFails_SaysWhy()
    {
        using var tools = new StandInTools().Add("nft", "echo 'Error: JSON support not compiled-in' >&2; exit 1");

        (await Should.ThrowAsync<OperationException>(
            () => new NftablesTool(tools.Runner).ReadAsync(null, _noIptables, TestContext.Current.CancellationToken)))
            .ShouldSatisfyAllConditions(
                e => e.Code.ShouldBe(OperationErrorCode.ToolFailed), e => e.Message.ShouldBe("nft failed: Error: JSON support not compiled-in"));
    }

    private static Task<NftablesRuleset> ReadAsync(ScratchNamespace scratch) =>
        new NftablesTool(new ToolRunner()).ReadAsync(scratch.Name, _noIptables, TestContext.Current.CancellationToken);
}
