using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Steth.Agent.Compat;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Rpc;

public class RpcFuzzTests
{
    private static readonly string[] Words =
    [
        "\"jsonrpc\"", "\"2.0\"", "\"1.0\"", "\"method\"", "\"params\"", "\"id\"", "\"icmp.ping\"", "\"ping\"", "\"vlan.add\"", "\"get_interface\"",
        "\"setup_iperf_server\"", "\"check_dhcp_on_comp\"", "\"targets\"", "\"ips\"", "\"interface\"", "\"vlan_id\"", "\"192.0.2.1\"", "\"eth0\"", "\"\\ud800\"", "\"\\u0000\"",
        "\"64K\"", "\"é\"", "null", "true", "1", "-7", "4095", "1e400", "0.5", "99999999999999999999",
    ];

    private static Gen<string> Json(int depth)
    {
        var leaf = Gen.Elements(Words);
        if (depth == 0)
            return leaf;
        var inner = Json(depth - 1);
        return Gen.OneOf(
            leaf,
            inner.ListOf().Select(parts => $"[{string.Join(',', parts.Take(4))}]"),
            Gen.Zip(Gen.Elements(Words.Take(20).ToArray()), inner).ListOf().Select(m => $"{{{string.Join(',', m.Take(5).Select(p => $"{p.Item1}:{p.Item2}"))}}}"));
    }

    private static Gen<string> Requests() =>
        from method in Gen.Elements(Words.Skip(6).Take(6).ToArray())
        from parameters in Json(2)
        from id in Json(1)
        from version in Gen.Elements("\"jsonrpc\":\"2.0\",", "", "\"jsonrpc\":\"1.0\",")
        select $$"""{{{version}}"method":{{method}},"params":{{parameters}},"id":{{id}}}""";

    private static Gen<byte[]> Bodies() => Gen.OneOf(
        Json(3).Select(Encoding.UTF8.GetBytes),
        Requests().Select(Encoding.UTF8.GetBytes),
        Requests().ListOf().Select(r => Encoding.UTF8.GetBytes($"[{string.Join(',', r)}]")),
        from request in Requests()
        from cut in Gen.Choose(0, 60)
        select Encoding.UTF8.GetBytes(request)[..Math.Min(cut, request.Length)],
        ArbMap.Default.GeneratorFor<byte[]>());

    [Fact]
    public async Task Post_AnyBody_IsAnsweredWith200AndJson()
    {
        await using var server = await RpcServer.StartAsync(dispatcher =>
        {
            dispatcher.Map(AgentOperations.Ping, (p, _, _, _) => Task.FromResult(new PingResult { Targets = [] }));
            dispatcher.Map(AgentOperations.VlanAdd, (p, _, _) => Task.FromResult(new VlanAddResult { Interface = "x", Created = true }));
            dispatcher.Map(AgentOperations.InterfaceList, (p, _, _) => throw new OperationException(OperationErrorCode.NoSuchDevice, "no"));
            dispatcher.Map(AgentOperations.IperfServe, (p, _, _) => throw new OperationException(OperationErrorCode.Busy, "no"));
            dispatcher.Map(AgentOperations.DhcpTrace, (p, _, _) => throw new OperationException(OperationErrorCode.NoSuchDevice, "no"));
            CompatMethods.Map(dispatcher);
        });
        foreach (var body in Bodies().Sample(60, 1500))
        {
            using var response = await server.SendAsync(new ByteArrayContent(body), HttpCompletionOption.ResponseContentRead);
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            ((int)response.StatusCode).ShouldBe(200, Encoding.UTF8.GetString(body));
            if (text.Length > 0)
                JsonDocument.Parse(text).Dispose();
        }
        server.Log.ToString().Split('\n').ShouldAllBe(line => line.Length == 0 || line.StartsWith("audit {", StringComparison.Ordinal));
    }
}
