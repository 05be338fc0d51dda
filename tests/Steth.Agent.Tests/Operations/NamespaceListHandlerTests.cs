using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Kernel;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Operations;

public sealed class NamespaceListHandlerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HandleAsync_Devices_EachNamespaceTellsWhichItHolds()
    {
        Privilege.NeedsRoot();
        using var one = new ScratchNamespace();
        using var other = new ScratchNamespace();
        one.AddVeth("qr-11111111-11", "qg-22222222-22");
        other.AddVeth("tap33333333-33", "x0");

        var listed = await ListAsync("qg-22222222-22", "tap33333333-33", "qr-11111111-11", "qr-99999999-99");

        listed[one.Name.ToString()].ShouldBe(["qg-22222222-22", "qr-11111111-11"]);
        listed[other.Name.ToString()].ShouldBe(["tap33333333-33"]);
        listed.Keys.ShouldBeInOrder();
    }

    [Fact]
    public async Task HandleAsync_NoDevices_NamesAlone()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();

        (await ListAsync())[scratch.Name.ToString()].ShouldBeEmpty();
    }

    [Fact]
    public async Task HandleAsync_FileThatIsNoNamespace_IsListedAndHoldsNothing()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        var stale = $"/run/netns/steth-stale-{Guid.NewGuid():N}";
        await File.WriteAllTextAsync(stale, "", Token);
        try
        {
            var listed = await ListAsync("lo");

            listed[Path.GetFileName(stale)].ShouldBeEmpty();
            listed[scratch.Name.ToString()].ShouldBe(["lo"]);
        }
        finally
        {
            File.Delete(stale);
        }
    }

    [Fact]
    public async Task HandleAsync_TooManyDevices_IsInvalidParams()
    {
        var error = await Should.ThrowAsync<OperationException>(() => ListAsync([.. Enumerable.Range(0, 257).Select(i => $"d{i}")]));

        error.Code.ShouldBe(OperationErrorCode.InvalidParams);
        error.Message.ShouldBe("devices has 257 devices; expected 0-256.");
    }

    private static async Task<Dictionary<string, IReadOnlyList<string>>> ListAsync(params string[] devices)
    {
        var result = await NamespaceListHandler.HandleAsync(
            new NamespaceListParams { Devices = [.. devices.Select(d => DeviceName.Parse(d))] }, new CallContext { CorrelationId = "t" }, Token);
        return result.Namespaces.ToDictionary(n => n.Name, n => n.Devices);
    }
}
