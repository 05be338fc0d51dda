using Steth.Contracts.Operations;
using Steth.Contracts;
using Steth.Controller.Intents;
using Steth.OpenStack.Keystone;
using Steth.OpenStack.Tests.Transport;
using Steth.OpenStack;

namespace Steth.Cli.Tests.Commands;

/// <summary>Nothing that a diagnosis leaves behind holds a password or a token, wherever they came from.</summary>
public sealed class DiagnoseSecretsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("steth-secrets-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("password", "ok", 2)]
    [InlineData("token", "ok", 2)]
    [InlineData("application credential", "ok", 2)]
    [InlineData("steth.conf", "ok", 2)]
    [InlineData("password", "keystone refuses", 64)]
    [InlineData("token", "keystone refuses", 64)]
    [InlineData("application credential", "keystone refuses", 64)]
    [InlineData("steth.conf", "keystone refuses", 64)]
    [InlineData("password", "neutron refuses", 64)]
    [InlineData("password", "cut off", 64)]
    [InlineData("token", "cut off", 64)]
    public async Task Diagnose_WithDebug_LeavesNoSecretAnywhere(string source, string answer, int code)
    {
        await using var cloud = new LocalCloud();
        cloud.Held["ports"] = LocalCloud.Port(Evidences.Port, "web");
        switch (answer)
        {
            case "keystone refuses": cloud.Keystone = _ => CannedAnswer.Json(401, """{"error": {"message": "no"}}"""); break;
            case "neutron refuses": cloud.Neutron = _ => CannedAnswer.Json(401, """{"error": {"message": "no"}}"""); break;
            case "cut off": cloud.Keystone = _ => CannedAnswer.Json(201, "{}").Cut(20); break;
        }

        var outcome = await RunAsync(cloud, source);

        outcome.Code.ShouldBe(code, outcome.Error);
        cloud.Requests.ShouldContain(r => r.Body.Contains("MARK", StringComparison.Ordinal) || (r.Token ?? "").Contains("MARK", StringComparison.Ordinal));
        outcome.Out.ShouldNotContain("MARK", Case.Sensitive);
        outcome.Error.ShouldNotContain("MARK", Case.Sensitive);
        if (code == 2)
            outcome.Error.ShouldContain("guest.send");
        var files = Directory.GetFiles(_folder);
        files.Select(Path.GetFileName).ShouldContain("steth.log");
        if (code == 2)
            files.Length.ShouldBe(3);
        foreach (var file in files)
        {
            var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            text.Length.ShouldBeGreaterThan(0, file);
            text.ShouldNotContain("MARK", Case.Sensitive, file);
        }
    }

    private Task<Outcome> RunAsync(LocalCloud cloud, string source)
    {
        var environment = source switch
        {
            "token" => cloud.Environment(byToken: true),
            "application credential" => new Dictionary<string, string>
            {
                ["OS_AUTH_URL"] = $"{cloud.Url}/v3",
                ["OS_AUTH_TYPE"] = "v3applicationcredential",
                ["OS_APPLICATION_CREDENTIAL_ID"] = "5",
                ["OS_APPLICATION_CREDENTIAL_SECRET"] = LocalCloud.Password,
            },
            "password" => cloud.Environment(),
            _ => [],
        };
        var configuration = source == "steth.conf"
            ? $"{Cli.TwoNodes}\n[neutron_client]\nusername = admin\npassword = {LocalCloud.Password}\ntenant_name = admin\nauth_url = {cloud.Url}/v3\n"
            : Cli.TwoNodes;
        return Cli.RunAsync(
            Agents(),
            configuration,
            services => services with
            {
                OpenCloud = (_, read) => CloudAccess.Open(
                    new CredentialSearch
                    {
                        Environment = environment,
                        Folders = [],
                        NeutronClient = read.NeutronClient is { } c
                            ? new NeutronClientSection(read.SourceFile, c.Username, new Secret(c.Password!), c.TenantName, c.AuthUrl) : null,
                    },
                    TimeProvider.System),
            },
            TestContext.Current.CancellationToken,
            "diagnose", "web", "--debug", "--log-file", Path.Combine(_folder, "steth.log"), "--save", Path.Combine(_folder, "evidence.json"),
            "--pcap", Path.Combine(_folder, "trace.pcapng"));
    }

    private static FakeAgents Agents()
    {
        var agents = new FakeAgents();
        foreach (var node in new[] { "comp1", "comp2" })
        {
            foreach (var operation in AgentOperations.All)
                agents.Refuse(node, operation, OperationErrorCode.NoSuchDevice, "There is no such thing.");
            agents.Answer(node, AgentOperations.AgentInfo, Answers.Info(node));
        }
        return agents.Answer("comp1", AgentOperations.OvsShow, Answers.Ovs(Answers.OvsPort("tap413e0c86-81", portId: $"{Evidences.Port}")))
            .Answer("comp2", AgentOperations.OvsShow, Answers.Ovs())
            .Answer("comp1", AgentOperations.PortWiring, new PortWiringResult
            {
                PortId = Evidences.Port,
                Plug = PortPlug.Native,
                NetworkType = "vlan",
                Devices = [new PortDevice { Device = "tap413e0c86-81", Kind = PortDeviceKind.Tap, Bridge = "br-int" }],
            });
    }
}
