using System.Diagnostics;

namespace Steth.Agent.Tests.Host;

/// <summary>The client the original's users have, unmodified, against the real agent.</summary>
public class PelixClientTests
{
    private const string Python = "/usr/bin/python3";

    private static async Task<(int ExitCode, string Stdout, string Stderr)> RunAsync(params string[] args)
    {
        var start = new ProcessStartInfo(Python, args) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var python = Process.Start(start)!;
        var token = TestContext.Current.CancellationToken;
        var stdout = python.StandardOutput.ReadToEndAsync(token);
        var stderr = python.StandardError.ReadToEndAsync(token);
        await python.WaitForExitAsync(token).WaitAsync(TimeSpan.FromSeconds(60), token);
        return (python.ExitCode, await stdout, await stderr);
    }

    [Fact]
    public async Task Pelix_CallsBatchesNotificationsAndErrors_Work()
    {
        var installed = File.Exists(Python) && (await RunAsync("-c", "import jsonrpclib")).ExitCode == 0;
        Assert.SkipUnless(installed, "needs the Debian package python3-jsonrpclib-pelix");
        await using var agent = await AgentProcess.StartAsync();
        var script = Path.Combine(AppContext.BaseDirectory, "Host", "pelix_client.py");
        var (exitCode, stdout, stderr) = await RunAsync(script, agent.Address.ToString());
        stderr.ShouldBe("");
        exitCode.ShouldBe(0);
        stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(
        [
            "call {'code': 0, 'message': '', 'data': {}}",
            "named -32602 add_vlan_to_interface: vlan_id: expected a VLAN id, 1-4094, not 4095.",
            "positional -32602 validate_ip: ip: '1.2.3' is not an IP address.",
            "typed []",
            "unknown -32601 There is no method 'no_such_method' here.",
            "batch [0, []]",
            "notify None",
            "version1 {'code': 0, 'message': '', 'data': {}}",
            "version1 raw ['error', 'id', 'result'] None",
            "version1 notify None",
        ]);
    }
}
