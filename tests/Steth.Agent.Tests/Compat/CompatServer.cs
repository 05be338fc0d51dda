using System.Text.Json;
using Steth.Agent.Compat;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Rpc;

namespace Steth.Agent.Tests.Compat;

/// <summary>The original methods over the test's own operations.</summary>
internal static class CompatServer
{
    public static Task<RpcServer> StartAsync(Action<Dispatcher> map) => RpcServer.StartAsync(dispatcher =>
    {
        map(dispatcher);
        CompatMethods.Map(dispatcher);
    });

    /// <summary>The envelope a method answers, as text.</summary>
    public static async Task<string> CallAsync(this RpcServer server, string method, string parameters)
    {
        var answer = await server.AskAsync($$"""{"jsonrpc":"2.0","method":"{{method}}","params":{{parameters}},"id":1}""");
        using var json = JsonDocument.Parse(answer);
        return json.RootElement.TryGetProperty("result", out var result) ? result.GetRawText() : answer;
    }

    /// <summary>The sentence of a refusal.</summary>
    public static async Task<string> RefusalAsync(this RpcServer server, string method, string parameters)
    {
        var (code, message) = await server.ErrorAsync($$"""{"jsonrpc":"2.0","method":"{{method}}","params":{{parameters}},"id":1}""");
        code.ShouldBe(-32602);
        return message;
    }
}
