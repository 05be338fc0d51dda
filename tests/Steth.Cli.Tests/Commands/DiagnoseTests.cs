using Steth.Controller.Intents;
using System.Text.Json;
using Steth.Cli.Commands;
using Steth.Contracts.Operations;
using Steth.Controller.Diagnosing;
using Steth.Diagnosis.Evidence;
using Steth.Packets.Pcap;

namespace Steth.Cli.Tests.Commands;

public sealed class DiagnoseTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("steth-diagnose-").FullName;
    private DiagnosisRequest? _asked;
    private PortQuery? _query;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Diagnose_Healthy_IsFineAndSaysWhatWasTried()
    {
        var outcome = await RunAsync(Evidences.Healthy(), "diagnose", "web-1");

        outcome.Code.ShouldBe(0);
        outcome.Out.ShouldContain("HEALTHY: every packet that was tried came through (no-ip; 2.1 s)\n");
        outcome.Error.ShouldBe("");
    }

    [Fact]
    public async Task Diagnose_Fault_FailsAndNamesTheCause()
    {
        var outcome = await RunAsync(Evidences.NicDown(), "diagnose", "web-1");

        outcome.Code.ShouldBe(1);
        outcome.Out.ShouldContain("FAULT F4 nic-down: A physical NIC of the path is down\n  Where      comp1 eth1\n");
        outcome.Error.ShouldBe("");
    }

    [Fact]
    public async Task Diagnose_Unexplained_IsUndecided() => (await RunAsync(Evidences.Unexplained(), "diagnose", "web-1")).Code.ShouldBe(2);

    [Fact]
    public async Task Diagnose_NobodyAnswers_IsUnavailable()
    {
        var outcome = await RunAsync(Evidences.NobodyAnswers(), "diagnose", "web-1", "-f", "json");

        outcome.Code.ShouldBe(69);
        JsonDocument.Parse(outcome.Out).RootElement.GetProperty("unreachable").GetArrayLength().ShouldBe(2);
    }

    [Theory]
    [InlineData(false, false, 64)]
    [InlineData(false, true, 2)]
    [InlineData(true, true, 69)]
    public async Task Diagnose_PortNotFound_SaysWhy(bool unavailable, bool mayBeOnSilent, int code)
    {
        var search = new PortResolution
        {
            Problem = "two ports are named 'web'",
            Unavailable = unavailable,
            MayBeOnSilent = mayBeOnSilent,
            Notes = ["the API did not answer"],
        };
        var save = Path.Combine(_folder, "e.json");

        var outcome = await Cli.RunAsync(
            new FakeAgents(), Cli.TwoNodes, services => services with { FindPort = (_, _, _) => Task.FromResult(search) },
            TestContext.Current.CancellationToken, "diagnose", "web", "--save", save);

        outcome.ShouldBe(new Outcome(code, "", "the API did not answer\nsteth: two ports are named 'web'\n"));
        File.Exists(save).ShouldBeFalse();
    }

    [Fact]
    public async Task Diagnose_Options_ReachTheSearchAndTheCollector()
    {
        await RunAsync(
            Evidences.Healthy(), "diagnose", "web-1", "--symptom", "large-packets", "--symptom", "NO-IP", "--peer", "10.0.0.9", "--outside", "192.0.2.9",
            "--os-cloud", "prod", "--wait", "3");

        _query!.ShouldSatisfyAllConditions(
            q => q.Port.ShouldBe("web-1"), q => q.Peer.ShouldBe("10.0.0.9"), q => q.Cloud.ShouldBe("prod"), q => q.Offline.ShouldBeFalse(),
            q => q.Nodes.Select(n => n.Name).ShouldBe(["comp1", "comp2"]));
        _asked!.Symptoms.ShouldBe([Symptom.NoIp, Symptom.LargePackets]);
        _asked.WaitSeconds.ShouldBe(3);
        _asked.Outside!.ToString().ShouldBe("192.0.2.9");
        _asked.Notes.ShouldBe(["found by name"]);
    }

    [Fact]
    public async Task Diagnose_WithoutSymptoms_LeavesThemToTheCollector()
    {
        await RunAsync(Evidences.Healthy(), "diagnose", "web-1", "--offline");

        _asked!.Symptoms.ShouldBeNull();
        _query!.Offline.ShouldBeTrue();
    }

    [Fact]
    public async Task Save_Evidence_IsTheOwnersAloneAndDiagnosesTheSame()
    {
        var file = Path.Combine(_folder, "evidence.json");

        var live = await RunAsync(Evidences.NicDown(), "diagnose", "web-1", "--save", file);
        var saved = await Cli.RunAsync(new FakeAgents(), null, TestContext.Current.CancellationToken, "diagnose", "--from", file);

        live.Error.ShouldBe($"evidence is in {file}\n");
        new FileInfo(file).UnixFileMode.ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        saved.ShouldBe(live with { Error = "" });
    }

    [Fact]
    public async Task Save_FileIsThere_IsNotOverwritten()
    {
        var file = Path.Combine(_folder, "evidence.json");
        await File.WriteAllTextAsync(file, "precious", TestContext.Current.CancellationToken);

        (await RunAsync(Evidences.NicDown(), "diagnose", "web-1", "--save", file)).Code.ShouldBe(64);

        (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ShouldBe("precious");
        _asked.ShouldBeNull();
    }

    [Fact]
    public async Task Save_ToStdout_LeavesStdoutToTheEvidence()
    {
        var outcome = await RunAsync(Evidences.NicDown(), "diagnose", "web-1", "--save", "-");

        JsonSerializer.Deserialize(outcome.Out, EvidenceJson.Default.DiagnosisEvidence)!.Port.PortId.ShouldBe(Evidences.Port);
        outcome.Error.ShouldContain("FAULT F4 nic-down");
    }

    [Fact]
    public async Task From_OneSymptomOfTheFile_IsJudgedAlone()
    {
        var file = await WriteAsync(Json(Evidences.Healthy() with { Symptoms = [Symptom.NoIp, Symptom.NoGateway] }));

        (await FromAsync(file)).Code.ShouldBe(2);
        (await FromAsync(file, "--symptom", "no-ip")).Code.ShouldBe(0);
        var other = await FromAsync(file, "--symptom", "no-metadata");
        other.ShouldBe(new Outcome(64, "", $"steth: --symptom: {file} tells of no-ip, no-gateway only.\n"));
    }

    [Theory]
    [InlineData("", "it ends in the middle.")]
    [InlineData("{\"schema\": \"steth/evi", "it ends in the middle.")]
    [InlineData("{\"schema\": steth}", "line 1, byte 12: 's' is an invalid start of a value.")]
    [InlineData("\u007fELF", "is an invalid start of a value.")]
    [InlineData("[]", "it has no schema.")]
    [InlineData("{\"schema\": \"steth/evidence/2\"}", "its schema is \"steth/evidence/2\", and this steth reads \"steth/evidence/1\".")]
    [InlineData("{\"schema\": 7}", "its schema is 7, and")]
    [InlineData("{\"schema\": \"steth/evidence/1\"}", "the document: it lacks 'taken_at'")]
    [InlineData("{\"schema\": \"steth/evidence/1\", \"hosts\": [null]}", "one of its lists holds a null.")]
    public async Task From_NoEvidence_IsOneSentence(string content, string sentence)
    {
        var file = await WriteAsync(content);

        var outcome = await FromAsync(file);

        outcome.Code.ShouldBe(64);
        outcome.Out.ShouldBe("");
        outcome.Error.ShouldStartWith($"steth: --from: {file} is no evidence steth saved: ");
        outcome.Error.ShouldContain(sentence);
        outcome.Error.Count(c => c == '\n').ShouldBe(1);
    }

    [Fact]
    public async Task From_DamagedEvidence_IsNeverAFaultOfSteth()
    {
        var whole = Json(Evidences.NicDown());
        for (var length = 0; length < whole.Length; length += 97)
        {
            var outcome = await FromAsync(await WriteAsync(whole[..length]));
            outcome.Code.ShouldBe(64, whole[..length]);
            outcome.Error.Count(c => c == '\n').ShouldBe(1);
        }
        foreach (var value in new[] { "null", "{}", "\"x\"", "[]", "-1" })
        {
            foreach (var member in new[] { "port", "hosts", "wirings", "devices", "sightings", "network", "kind", "mac", "fixed_ips", "taken_at" })
            {
                var broken = System.Text.RegularExpressions.Regex.Replace(whole, $"\"{member}\":(\"[^\"]*\"|[0-9]+|(?=[\\[{{]))", $"\"{member}\":{value},\"was\":$1");
                (await FromAsync(await WriteAsync(broken))).Code.ShouldBeOneOf(0, 1, 2, 64);
            }
        }
    }

    [Fact]
    public async Task Pcap_Frames_HaveTheirInterfaceDirectionAndProbe()
    {
        var file = Path.Combine(_folder, "trace.pcapng");

        var outcome = await RunAsync(Evidences.Healthy(), "diagnose", "web-1", "--pcap", file);

        outcome.Error.ShouldBe($"2 frames are in {file}\n");
        var read = await PcapFile.ReadAsync(file, TestContext.Current.CancellationToken);
        read.Interfaces.Select(i => i.Name).ShouldBe(
        [
            "comp1:tap413e0c86-81", "comp1:qbr413e0c86-81", "comp1:qvb413e0c86-81", "comp1:qvo413e0c86-81", "comp1:eth1", "net1:eth1",
            "net1:tapb1e9f22e-22(qdhcp-4762b59f-20b5-4f60-8dbd-dce330c598ff)",
        ]);
        read.Frames.Select(f => $"{read.Interfaces[f.Interface].Name} {f.Direction} {f.Comment} {f.Length} {f.Data.Length}").ShouldBe(
        [
            "comp1:tap413e0c86-81 Inbound dhcp: DHCPDISCOVER fa:16:3e:41:3e:0c 342 60",
            "net1:tapb1e9f22e-22(qdhcp-4762b59f-20b5-4f60-8dbd-dce330c598ff) Outbound dhcp: DHCPOFFER\uFFFD[2J 342 60",
        ]);
    }

    private static string Json(DiagnosisEvidence evidence) => JsonSerializer.Serialize(evidence, EvidenceJson.Default.DiagnosisEvidence);

    private static Task<Outcome> FromAsync(string file, params string[] more) =>
        Cli.RunAsync(new FakeAgents(), null, TestContext.Current.CancellationToken, ["diagnose", "--from", file, .. more]);

    private async Task<string> WriteAsync(string content)
    {
        var file = Path.Combine(_folder, "written.json");
        await File.WriteAllTextAsync(file, content, TestContext.Current.CancellationToken);
        return file;
    }

    private Task<Outcome> RunAsync(DiagnosisEvidence evidence, params string[] line) => Cli.RunAsync(
        new FakeAgents(),
        Cli.TwoNodes,
        services => services with
        {
            FindPort = (_, query, _) =>
            {
                _query = query;
                return Task.FromResult(new PortResolution { Port = evidence.Port, Notes = ["found by name"] });
            },
            CreateCollector = _ => (_, request, _, _) =>
            {
                _asked = request;
                return Task.FromResult(new DiagnosisCollection(evidence, Frames(evidence)));
            },
        },
        TestContext.Current.CancellationToken,
        line);

    private static TracedFrame[] Frames(DiagnosisEvidence evidence) =>
    [
        new("comp1", "tap413e0c86-81", null, ProbeKind.Dhcp, Frame(evidence, FrameDirection.In, "DHCPDISCOVER fa:16:3e:41:3e:0c")),
        new(
            "net1", "tapb1e9f22e-22", "qdhcp-4762b59f-20b5-4f60-8dbd-dce330c598ff", ProbeKind.Dhcp,
            Frame(evidence, FrameDirection.Out, "DHCPOFFER\u001b[2J")),
    ];

    private static CapturedFrame Frame(DiagnosisEvidence evidence, FrameDirection direction, string summary) => new()
    {
        Point = 0,
        At = evidence.TakenAt,
        Direction = direction,
        Length = 342,
        Data = new byte[60],
        Summary = summary,
    };
}
