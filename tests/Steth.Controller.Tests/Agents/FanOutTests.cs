using Microsoft.Extensions.Time.Testing;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;

namespace Steth.Controller.Tests.Agents;

public class FanOutTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Node[] Nodes(int count) => [.. Enumerable.Range(0, count).Select(i => FakeAgents.Node($"n{i}"))];

    [Fact]
    public async Task RunAsync_SomeFail_KeepsTheNodesOrder()
    {
        var answers = await FanOut.RunAsync(
            Nodes(3),
            async (node, ct) =>
            {
                await Task.Yield();
                return node.Name == "n1" ? throw new AgentException(node.Name, "gone", null) : node.Name.ToUpperInvariant();
            },
            Deadline,
            TimeProvider.System,
            Token);
        answers.Select(a => a.Result).ShouldBe(["N0", null, "N2"]);
        answers.Select(a => a.Failure?.Message).ShouldBe([null, "gone", null]);
    }

    [Fact]
    public async Task RunAsync_OneNeverAnswers_IsGivenUpAtTheDeadline()
    {
        var time = new FakeTimeProvider();
        // It ignores its token as well: a call that cannot be cancelled must not hold the rest up.
        var running = FanOut.RunAsync(
            Nodes(2), (node, _) => node.Name == "n0" ? new TaskCompletionSource<string>().Task : Task.FromResult("fine"), Deadline, time, Token);
        running.IsCompleted.ShouldBeFalse();
        time.Advance(Deadline);
        var answers = await running;
        answers[0].Failure!.Message.ShouldBe("192.0.2.1:9698 did not answer within 10 s.");
        answers[0].Failure!.IsSilent.ShouldBeTrue();
        answers[0].RoundTrip.ShouldBe(Deadline);
        answers[1].Result.ShouldBe("fine");
    }

    [Fact]
    public async Task RunAsync_ManyNodes_AsksABoundedNumberAtOnce()
    {
        var (now, most) = (0, 0);
        var gate = new Lock();
        var answers = await FanOut.RunAsync(
            Nodes(300),
            async (node, ct) =>
            {
                lock (gate)
                    most = Math.Max(most, ++now);
                await Task.Delay(5, ct);
                lock (gate)
                    now--;
                return node.Name;
            },
            Deadline,
            TimeProvider.System,
            Token);
        answers.Count.ShouldBe(300);
        most.ShouldBeInRange(2, FanOut.Degree);
    }

    [Fact]
    public async Task RunAsync_CallerGivesUp_IsCancelled()
    {
        using var cancel = new CancellationTokenSource();
        var running = FanOut.RunAsync(Nodes(2), (_, _) => new TaskCompletionSource<string>().Task, Deadline, TimeProvider.System, cancel.Token);
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }
}
