using Steth.Agent.Kernel.Injection;
using Steth.Agent.Leases;
using Steth.Agent.Tests.Leases;
using Steth.Agent.Tools;
using Steth.Contracts;
using Steth.Contracts.Names;

namespace Steth.Agent.Tests.Kernel.Injection;

public sealed class GuestInjectionTests
{
    private static readonly ToolRunner _tools = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_HybridPlug_TapReceivesQvoSeesItAndTheGuestDoesNot()
    {
        Privilege.NeedsRoot();
        using var rig = new HybridRig();
        await using var leases = NewLeases();
        using var capture = rig.Listen();
        await using (var injection = await OpenAsync(rig.Scratch, "tap0", leases))
        {
            leases.List().Select(l => l.Covers).ShouldBe(["injection into tap0"]);
            injection.Send(Frames.Marked(7));
            injection.Send(Frames.Udp68To67(vlan: 12));
        }
        capture.Stop();

        (await HybridRig.SeenAsync(capture)).ShouldBe(
        [
            "tap0 In 60 88b5", "qbr0 In 60 88b5", "qvb0 Out 60 88b5", "qvo0 In 60 88b5",
            "tap0 In 60 8100", "qbr0 In 60 8100", "qvb0 Out 60 8100", "qvo0 In 60 8100",
        ], ignoreOrder: true);
        rig.Tap.ReadAll().ShouldBeEmpty();
        leases.List().ShouldBeEmpty();
        rig.Scratch.Ip("-br link show").ShouldNotContain(GuestInjection.NamePrefix);
    }

    [Fact]
    public async Task OpenAsync_SendsNothingOfItsOwn()
    {
        Privilege.NeedsRoot();
        using var rig = new HybridRig();
        await using var leases = NewLeases();
        using var capture = rig.Listen();
        await using (await OpenAsync(rig.Scratch, "tap0", leases))
            await Task.Delay(300, Token);
        capture.Stop();

        (await HybridRig.SeenAsync(capture)).ShouldBeEmpty();
    }

    [Fact]
    public async Task OpenAsync_DeviceDoesNotExist_IsNoSuchDeviceAndLeavesNothing()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        await using var leases = NewLeases();

        var error = await Should.ThrowAsync<OperationException>(() => OpenAsync(scratch, "tap9", leases));

        error.Code.ShouldBe(OperationErrorCode.NoSuchDevice);
        leases.List().ShouldBeEmpty();
    }

    [Fact]
    public async Task OpenAsync_TcRefuses_TakesTheVethBack()
    {
        Privilege.NeedsRoot();
        using var rig = new HybridRig();
        await using var leases = NewLeases();

        var error = await Should.ThrowAsync<OperationException>(
            () => GuestInjection.OpenAsync(DeviceName.Parse("tap0"), rig.Scratch.Name, TimeSpan.FromMinutes(1), new ToolsWithout("tc", _tools), leases, Token));

        error.Code.ShouldBe(OperationErrorCode.ToolFailed);
        error.Message.ShouldBe($"tc refused in the network namespace '{rig.Scratch.Name}' of this host: Error: no such thing; a frame enters as received only where the kernel has the modules sch_ingress, cls_u32 and act_mirred.");
        leases.List().ShouldBeEmpty();
        rig.Scratch.Ip("-br link show").ShouldNotContain(GuestInjection.NamePrefix);
    }

    [Fact]
    public async Task OpenAsync_AgentKilled_ItsNextLifeDeletesThePairAndNothingElse()
    {
        Privilege.NeedsRoot();
        using var rig = new HybridRig();
        using var folder = new JournalFolder();
        var killed = new LeaseBook(TimeProvider.System, _tools, folder.Journal, (covers, e) => throw new InvalidOperationException(covers, e));
        await OpenAsync(rig.Scratch, "tap0", killed);
        var before = rig.Scratch.Ip("-br link show");
        before.ShouldContain(GuestInjection.NamePrefix);
        await using var alive = NewLeases(folder.Another());
        (await alive.RecoverAsync(_ => { }, Token)).ShouldBeEmpty("the first still lives");

        folder.Journal.Dispose();

        (await alive.RecoverAsync(_ => { }, Token)).ShouldBe(["injection into tap0"]);
        rig.Scratch.Ip("-br link show").ShouldNotContain(GuestInjection.NamePrefix);
        (await alive.RecoverAsync(_ => { }, Token)).ShouldBeEmpty();
        Directory.GetFiles(folder.Path).ShouldBeEmpty();
    }

    private static LeaseBook NewLeases(LeaseJournal? journal = null) => new(TimeProvider.System, _tools, journal, (covers, e) => throw new InvalidOperationException(covers, e));

    private static Task<GuestInjection> OpenAsync(ScratchNamespace scratch, string device, LeaseBook leases) =>
        GuestInjection.OpenAsync(DeviceName.Parse(device), scratch.Name, TimeSpan.FromMinutes(1), _tools, leases, Token);
}
