using Microsoft.Extensions.Time.Testing;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Operations;

public class AgentClockHandlerTests
{
    private static Task<AgentClockResult> ReadAsync(TimeProvider time) => new AgentClockHandler(time).HandleAsync(
        new AgentClockParams(), new CallContext { CorrelationId = "test" }, TestContext.Current.CancellationToken);

    [Fact]
    public async Task HandleAsync_Clock_IsInNanosecondsSince1970() =>
        (await ReadAsync(new FakeTimeProvider(new DateTimeOffset(2024, 2, 29, 12, 0, 0, TimeSpan.Zero).AddTicks(1)))).UnixNanoseconds
            .ShouldBe(1_709_208_000_000_000_100);

    [Fact]
    public async Task HandleAsync_Synchronized_IsTheKernelsWord()
    {
        // timedatectl's and chrony's own source: any kernel of the last twenty years knows the call.
        (await ReadAsync(TimeProvider.System)).Synchronized.ShouldNotBeNull();
    }
}
