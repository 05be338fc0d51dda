using System.Net.NetworkInformation;
using Steth.Agent.Kernel;
using Steth.Contracts;
using Steth.Contracts.Names;

namespace Steth.Agent.Tests.Kernel;

public sealed class NetworkNamespaceTests
{
    [Fact]
    public void Run_WithoutName_StaysOnThisThread() =>
        NetworkNamespace.Run(null, () => Environment.CurrentManagedThreadId).ShouldBe(Environment.CurrentManagedThreadId);

    [Fact]
    public void Run_UnknownName_NamesTheKnownOnes()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();

        var error = Should.Throw<OperationException>(() => NetworkNamespace.Run(NamespaceName.Parse("no-such-ns"), () => 0));

        error.Code.ShouldBe(OperationErrorCode.NoSuchDevice);
        error.Message.ShouldStartWith("The network namespace 'no-such-ns' does not exist on this host; under /run/netns there are ");
        NetworkNamespace.List().ShouldContain(scratch.Name);
    }

    [Fact]
    public void Run_KnownName_SeesOnlyItsDevicesAndLeavesOurThreadAlone()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        scratch.AddVeth("a0", "a1");
        var before = Devices();

        var inside = NetworkNamespace.Run(scratch.Name, Devices);

        inside.ShouldBe(["a0", "a1", "lo"]);
        Devices().ShouldNotContain("a0");
        before.ShouldNotContain("a0");
    }

    [Fact]
    public void Run_BodyThrows_ExceptionComesThrough()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();

        Should.Throw<FormatException>(() => NetworkNamespace.Run<int>(scratch.Name, () => throw new FormatException("so")))
            .Message.ShouldBe("so");
    }

    private static string[] Devices() =>
        [.. NetworkInterface.GetAllNetworkInterfaces().Select(d => d.Name).Order(StringComparer.Ordinal)];
}
