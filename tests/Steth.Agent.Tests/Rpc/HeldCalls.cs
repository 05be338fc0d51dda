using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Rpc;

/// <summary>Calls that run until they are told to end.</summary>
internal sealed class HeldCalls
{
    public const string Request = """{"jsonrpc":"2.0","method":"interface.teardown","params":{"interface":"eth1"},"id":1}""";

    private readonly TaskCompletionSource _end = new();
    private readonly List<Task<string>> _calls = [];
    private volatile TaskCompletionSource _started = New();
    private int _running;

    /// <summary>Completes when another call has started.</summary>
    public Task NextStart => _started.Task;

    public Task<RpcServer> StartAsync() =>
        RpcServer.StartAsync(dispatcher => dispatcher.Map(AgentOperations.InterfaceTeardown, async (p, _, _) =>
        {
            Interlocked.Increment(ref _running);
            Interlocked.Exchange(ref _started, New()).TrySetResult();
            await _end.Task;
            return new InterfaceTeardownResult { Interface = p.Interface.ToString() };
        }));

    /// <summary>Starts so many more, and waits until they run.</summary>
    public async Task HoldAsync(RpcServer server, string from, int count, string request = Request)
    {
        var wanted = Volatile.Read(ref _running) + count;
        for (var i = 0; i < count; i++)
            _calls.Add(server.AskAsync(request, (RpcServer.FromHeader, from)));
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        while (Volatile.Read(ref _running) < wanted)
            await Task.Delay(1, deadline.Token);
    }

    /// <summary>The error of one more.</summary>
    public static Task<(int Code, string Message)> ErrorAsync(RpcServer server, string from, string request = Request) =>
        server.ErrorAsync(request, (RpcServer.FromHeader, from));

    public async Task EndAsync()
    {
        _end.SetResult();
        foreach (var call in _calls)
            (await call).ShouldContain("result");
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
