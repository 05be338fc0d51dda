using System.Diagnostics;
using Steth.Agent.Leases;
using Steth.Agent.Tests.Kernel;
using Steth.Agent.Tools;
using Steth.Contracts.Names;

namespace Steth.Agent.Tests.Leases;

/// <summary>Undoing on the real kernel: what is not the very thing any more is left alone.</summary>
public sealed class LeaseUndoTests
{
    private static readonly ToolRunner _tools = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Device_OfThatIndex_IsDeletedAndAnotherOfItsNameIsNot()
    {
        Privilege.NeedsRoot();
        using var scratch = new ScratchNamespace();
        var undo = new DeviceUndo { Name = DeviceName.Parse("v0"), Namespace = scratch.Name, Index = DeviceUndo.NewIndex() };
        await undo.RunAsync(_tools, Token);
        scratch.Ip($"link add name v0 index {undo.Index} type veth peer name v1");
        await undo.RunAsync(_tools, Token);
        scratch.Ip("-br link show").ShouldNotContain("v0");
        scratch.Ip("link add name v0 type veth peer name v1");
        await undo.RunAsync(_tools, Token);
        scratch.Ip("-br link show").ShouldContain("v0");
    }

    [Fact]
    public async Task Device_NamespaceIsGone_IsFine()
    {
        Privilege.NeedsRoot();
        await new DeviceUndo { Name = DeviceName.Parse("v0"), Namespace = NamespaceName.Parse("steth-t-gone"), Index = 9 }.RunAsync(_tools, Token);
    }

    [Fact]
    public async Task Programs_OfTheMark_EndWithTheirChildrenAndOthersDoNot()
    {
        var (undo, other) = (ProgramUndo.New(), ProgramUndo.New());
        await using var marked = await StartAsync(undo, "trap '' INT; sleep 60 & wait; sleep 60");
        await using var bystander = await StartAsync(other, "sleep 60");
        var clock = Stopwatch.StartNew();
        await undo.RunAsync(_tools, Token);
        await marked.Completion.WaitAsync(TimeSpan.FromSeconds(5), Token);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(8));
        bystander.Completion.IsCompleted.ShouldBeFalse();
        await undo.RunAsync(_tools, Token);
        await other.RunAsync(_tools, Token);
        await bystander.Completion.WaitAsync(TimeSpan.FromSeconds(5), Token);
    }

    private static async Task<IRunningTool> StartAsync(ProgramUndo undo, string script)
    {
        var running = new TaskCompletionSource();
        var tool = await _tools.StartAsync(
            new ToolCommand { Program = "sh", Arguments = ["-c", "echo; " + script], Mark = undo.Mark }, _ => running.TrySetResult(), Token);
        await running.Task.WaitAsync(TimeSpan.FromSeconds(5), Token);
        return tool;
    }
}
