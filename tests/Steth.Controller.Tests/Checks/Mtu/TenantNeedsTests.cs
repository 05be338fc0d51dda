using System.Net;
using Steth.Controller.Checks.Mtu;
using Steth.Controller.Tests.Checks.Mesh;
using Steth.Diagnosis.Readiness.Mtu;
using Steth.OpenStack;
using Steth.OpenStack.Neutron;

namespace Steth.Controller.Tests.Checks.Mtu;

public class TenantNeedsTests
{
    private static Task<(IReadOnlyList<MtuNeed> Needs, IReadOnlyList<string> Notes)> AskAsync(INeutronClient neutron, params string[] networks) =>
        TenantNeeds.AskAsync(
            neutron, [PairWorld.Node("a", 1, networks), PairWorld.Node("b", 2, networks)], TimeSpan.FromMilliseconds(300),
            TestContext.Current.CancellationToken);

    [Fact]
    public async Task Ask_TunnelNetworks_TakesTheLargestNeedWhereTunnelsEnd()
    {
        var neutron = new FewNetworks(
            [Network("small", "vxlan", 1450), Network("large", "geneve", 1500), Network("flat", "flat", 9000)], "10.1.0.2");

        var (needs, notes) = await AskAsync(neutron, "mgmt", "tunnels");

        needs.ShouldHaveSingleItem().ShouldBe(new MtuNeed("tunnels", 1558, 1578, "the geneve network 'large' of 1500 bytes"));
        notes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Ask_TunnelsEndNowhereKnown_AreTakenForTheUsualNetworks() =>
        (await AskAsync(new FewNetworks([Network("n", "vxlan", 1500)], null), "mgmt", "net")).Needs.ShouldHaveSingleItem().Network.ShouldBe("net");

    [Fact]
    public async Task Ask_NoNetworkForTunnels_SaysWhatToDo()
    {
        var (needs, notes) = await AskAsync(new FewNetworks([Network("n", "vxlan", 1500)], null), "mgmt");

        needs.ShouldBeEmpty();
        notes.ShouldHaveSingleItem().ShouldContain("say it with --needs");
    }

    [Fact]
    public async Task Ask_NoTunnelNetworks_NeedsNothing()
    {
        var (needs, notes) = await AskAsync(new FewNetworks([Network("n", "vlan", 1500), Network("m", null, null)], null), "net");

        needs.ShouldBeEmpty();
        notes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Ask_NeutronRefuses_IsANote() =>
        (await AskAsync(new FewNetworks([], null) { Failure = new OpenStackException(OpenStackFailure.Unreachable, "Neutron is down.") }, "net"))
            .Notes.ShouldHaveSingleItem().ShouldBe("Neutron did not tell what its networks need: Neutron is down.");

    [Fact]
    public async Task Ask_NeutronHangs_IsANoteWithinTheDeadline() =>
        (await AskAsync(new FewNetworks([], null) { Hangs = true }, "net"))
            .Notes.ShouldHaveSingleItem().ShouldBe("Neutron did not tell what its networks need within 0.3 s.");

    private static NeutronNetwork Network(string name, string? type, int? mtu) => new() { Id = name, Name = name, NetworkType = type, Mtu = mtu };

    private sealed class FewNetworks(NeutronNetwork[] networks, string? tunnelEnd) : INeutronClient
    {
        public OpenStackException? Failure { get; init; }

        public bool Hangs { get; init; }

        public async Task<IReadOnlyList<T>> ListAsync<T>(NeutronResource<T> resource, NeutronQuery query, CancellationToken cancellationToken)
            where T : class
        {
            if (Failure is not null)
                throw Failure;
            if (Hangs)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            NeutronAgent[] agents = tunnelEnd is null ? []
                : [new NeutronAgent { Id = "x", Configurations = new NeutronAgentConfiguration { TunnelingIp = IPAddress.Parse(tunnelEnd) } }];
            return resource.Path == "networks" ? (IReadOnlyList<T>)(object)networks : (IReadOnlyList<T>)(object)agents;
        }

        public Task<T?> GetAsync<T>(NeutronResource<T> resource, string id, CancellationToken cancellationToken)
            where T : class => Task.FromResult<T?>(null);

        public Task<IReadOnlyList<NeutronAgent>> DhcpAgentsOfNetworkAsync(string networkId, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<NeutronAgent>>([]);

        public Task<IReadOnlyList<NeutronAgent>> L3AgentsOfRouterAsync(string routerId, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<NeutronAgent>>([]);
    }
}
