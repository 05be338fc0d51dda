using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Steth.Agent.Tests.Kernel;
using Steth.Contracts;

namespace Steth.Agent.Tests.Limits;

/// <summary>Parameters of every operation, generated from its declaration.</summary>
public class HostileParamsTests
{
    private const int EachOperation = 12;

    // Nothing here leads off lo. Numbers are beside the bounds that there are.
    private static readonly string[] Values =
    [
        "null", "true", "0", "1", "-1", "7", "255", "256", "4094", "4095", "65535", "65536", "1000001", "2147483647", "2147483648", "-9223372036854775808",
        "18446744073709551615", "0.5", "1e3", "\"\"", "\"lo\"", "\"no-such-nic\"", "\"127.0.0.1\"", "\"127.0.0.2\"", "\"::1\"", "\"127.0.0.1/33\"", "\"fa:16:3e:00:00:01\"",
        "\"7f1c3a52-6c1e-4a7e-9b38-0d9a1f2b3c4d\"", "\"1-4094\"", "\"plain\"", "\"\\u0000\"", "\"\\u202e\"", "\"$(id)\"", "[]", "{}", "[[]]", "[null]", "{\"a\":1}",
    ];

    [Fact]
    public async Task EveryOperation_AnyParameters_IsAnsweredWithinTheDeadline()
    {
        Privilege.NeedsRoot();
        await using var rig = new OperationRig();
        foreach (var operation in AgentOperations.All)
        {
            var good = JsonNode.Parse(OperationRig.Good[operation.Name])!;
            var leaves = OperationRig.Leaves(operation.ParamsInfo).Select(leaf => leaf.Path).ToArray();
            foreach (var parameters in Parameters(good, leaves).Sample(10, EachOperation))
            {
                var start = Stopwatch.GetTimestamp();
                var outcome = await rig.CallAsync(operation.Name, parameters, TimeSpan.FromMilliseconds(150));
                var what = $"{operation.Name} {parameters.ToJsonString()}: {outcome?.Error?.Message}";
                Stopwatch.GetElapsedTime(start).TotalSeconds.ShouldBeLessThan(10, what);
                if (outcome?.Error is { } error)
                    error.Code.ShouldNotBe(OperationErrorCode.InternalError, $"{what} {rig.Log}");
                else if (outcome is not null)
                    JsonDocument.Parse(outcome.Result).Dispose();
            }
        }
        rig.Log.ToString().ShouldBe("");
    }

    [Fact]
    public async Task NullInAnArray_IsRefused()
    {
        Privilege.NeedsRoot();
        await using var rig = new OperationRig();
        var outcome = await rig.CallAsync("name.resolve", JsonNode.Parse("""{"names":[null]}""")!, TimeSpan.FromSeconds(5));
        (outcome?.Error?.Code, outcome?.Error?.Message).ShouldBe((OperationErrorCode.InvalidParams, "params: an array holds null; expected values only."));
    }

    private static Gen<JsonNode> Parameters(JsonNode good, string[][] leaves) => leaves.Length == 0
        ? Gen.Elements(Values).Select(value => (JsonNode)new JsonObject { ["unknown"] = JsonNode.Parse(value) })
        : from changes in Gen.Choose(1, 3)
          from paths in Gen.ArrayOf(Gen.Elements(leaves), changes)
          from values in Gen.ArrayOf(Gen.Elements(Values), changes)
          select paths.Zip(values).Aggregate(good, (node, change) => OperationRig.With(node, change.First, JsonNode.Parse(change.Second)));
}
