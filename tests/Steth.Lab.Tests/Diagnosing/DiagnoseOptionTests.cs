using System.Text.Json;
using System.Text.Json.Nodes;
using Steth.Lab.Plan;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Diagnosing;

/// <summary>What <c>diagnose</c> takes and writes, against a lab.</summary>
public sealed class DiagnoseOptionTests : IClassFixture<LabFixture>, IDisposable
{
    private static readonly string[] Tshark = ["/usr/bin/tshark", "/usr/local/bin/tshark"];

    private readonly LabFixture _lab;
    private readonly string _folder = Directory.CreateTempSubdirectory("steth-diagnose-").FullName;

    public DiagnoseOptionTests(LabFixture lab) => _lab = lab;

    [Theory]
    [InlineData("vm1", "I1-wrong-tag")]
    [InlineData("vm5", "T2-vni-missing")]
    [InlineData("vm8", null)]
    public async Task Saved_ReadAgain_GivesTheSameDocument(string vm, string? fault)
    {
        LabFixture.SkipIfUnavailable();
        var file = Path.Combine(_folder, "evidence.json");
        if (fault is not null)
            await _lab.BreakAsync(fault, vm);
        Diagnosed live;
        try
        {
            live = await Diagnosed.OfAsync(_lab, Port(vm), "--save", file);
        }
        finally
        {
            await _lab.HealAsync();
        }
        var again = await Diagnosed.RunAsync(_lab, "--from", file);

        again.ExitCode.ShouldBe(live.ExitCode);
        JsonNode.DeepEquals(Node(again), Node(live)).ShouldBeTrue($"{again.Report}\n{live.Report}");
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Pcap_IsReadByTshark_WithTheDevicesAsInterfaces()
    {
        LabFixture.SkipIfUnavailable();
        var tshark = Tshark.FirstOrDefault(File.Exists);
        Assert.SkipWhen(tshark is null, "needs tshark, which is not installed");
        var file = Path.Combine(_folder, "frames.pcapng");
        var port = Port("vm1");
        (await Diagnosed.OfAsync(_lab, port, "--pcap", file)).ExitCode.ShouldBe(0);

        var frames = (await LabProgram.RunToolAsync(
            tshark!, "-r", file, "-T", "fields", "-e", "frame.interface_name", "-e", "frame.protocols"))
            .MustWork().Split('\n', StringSplitOptions.RemoveEmptyEntries);

        string[] devices = [.. frames.Select(line => line.Split('\t')[0]).Distinct()];
        devices.ShouldBeSubsetOf(devices.Where(name => name.Contains(':', StringComparison.Ordinal)));
        devices.ShouldContain($"comp1:{port.Tap}");
        devices.ShouldContain("comp1:eth1");
        devices.ShouldContain("net1:eth1");
        devices.ShouldContain($"net1:{_lab.Plan.DhcpPort(port.Network).Tap}({port.Network.DhcpNamespace})");
        devices.ShouldContain($"net1:{_lab.Plan.RouterPort(port.Network)!.OvsDevice}({_lab.Plan.RouterNamespace})");
        frames.ShouldContain(line => line.EndsWith(":dhcp"));
        frames.ShouldContain(line => line.EndsWith(":arp"));
        frames.ShouldNotContain(line => line.Contains("malformed"));
    }

    [Fact]
    public async Task Json_IsOneDocument()
    {
        LabFixture.SkipIfUnavailable();
        var run = await Commands.Steth.RunAsync(_lab, "diagnose", $"{Port("vm7").Address}", "-f", "json");

        run.ExitCode.ShouldBe(0, run.Errors);
        using var document = JsonDocument.Parse(run.Output); // throws when anything follows
        Commands.Steth.Keys(document.RootElement).ShouldBe(
            ["schema", "port", "symptoms", "architecture", "injection", "verdict", "hops", "findings",
             "ruled_out", "unreachable", "notes", "took_ms"]);
        document.RootElement.GetProperty("schema").GetString().ShouldBe("steth/diagnosis/1");
        document.RootElement.GetProperty("architecture").GetString().ShouldBe("ml2-ovs hybrid flat");
        document.RootElement.GetProperty("port").GetProperty("id").GetString().ShouldBe(Port("vm7").Id);
    }

    [Theory]
    [InlineData("no-ip", "healthy", 0)]
    [InlineData("no-internet", "fault", 1)]
    public async Task Symptom_Named_IsTheOnlyOneLookedFor(string symptom, string status, int exitCode)
    {
        LabFixture.SkipIfUnavailable();
        await _lab.BreakAsync("R3-snat-missing", "vm3");
        try
        {
            var run = await Diagnosed.RunAsync(_lab, $"{Port("vm3").Address}", "--symptom", symptom);
            run.Symptoms.ShouldBe([$"{symptom} {status}"]);
            run.ExitCode.ShouldBe(exitCode, run.Errors);
        }
        finally
        {
            await _lab.HealAsync();
        }
    }

    [Fact]
    public async Task Peer_OfAnotherNetwork_IsReachedThroughTheRouter()
    {
        LabFixture.SkipIfUnavailable();
        var run = await Diagnosed.RunAsync(
            _lab, $"{Port("vm1").Address}", "--peer", $"{Port("vm6").Address}", "--symptom", "no-peer");

        run.ShouldBeHealthy();
        run.Hops[^1].ShouldBe($"comp2 {Port("vm6").Tap} PASS");
        run.Hops.ShouldContain(hop => hop.StartsWith($"net1 {_lab.Plan.RouterPort(Port("vm6").Network)!.OvsDevice} "));
    }

    [Fact]
    public async Task Port_ByItsFloatingIpMacOrId_IsTheSame()
    {
        LabFixture.SkipIfUnavailable();
        var port = Port("vm6");
        foreach (var word in new[] { $"{port.FloatingIp}", $"{port.Mac}", port.Short, port.Id })
        {
            var run = await Diagnosed.RunAsync(_lab, word, "--symptom", "no-ip");
            run.Report.GetProperty("port").GetProperty("id").GetString().ShouldBe(port.Id, word);
            run.ShouldBeHealthy();
        }
    }

    [Theory]
    [InlineData("192.168.101.99", "No agent knows a port with 192.168.101.99. Is it bound, and is its host configured here?")]
    [InlineData("00000000-0000-4000-8000-000000000000", "No agent knows the port 00000000-0000-4000-8000-000000000000: ")]
    [InlineData("fa:16:3e:00:00:01", "No agent knows a port with ")]
    [InlineData("web-1", "'web-1' is no port id, MAC or IP address, and only Neutron knows ports by their names.")]
    public async Task Port_Unknown_IsSaidInASentence(string word, string sentence)
    {
        LabFixture.SkipIfUnavailable();
        var run = await Commands.Steth.RunAsync(_lab, "diagnose", word, "-f", "json");

        run.ExitCode.ShouldBe(64, run.Errors);
        run.Output.ShouldBeEmpty();
        run.Errors.ShouldContain(sentence);
    }

    [Fact]
    public async Task Port_PrefixOfTwo_NamesBothAndTriesNeither()
    {
        LabFixture.SkipIfUnavailable();
        // A second port on br-int whose id begins as vm1's does, as after a device was left behind.
        var port = Port("vm1");
        var other = port.Id[..^1] + (port.Id[^1] == '0' ? '1' : '0');
        await _lab.ExecAsync("comp1", "ovs-vsctl", "add-port", "br-int", "twin0", "--", "set", "Interface", "twin0", "type=internal",
            $"external_ids:iface-id={other}", "external_ids:iface-status=active", "external_ids:attached-mac=fa:16:3e:00:00:77");
        try
        {
            var run = await Commands.Steth.RunAsync(_lab, "diagnose", port.Short);
            run.ExitCode.ShouldBe(64, run.Errors);
            run.Output.ShouldBeEmpty();
            run.Errors.ShouldContain(port.Id);
            run.Errors.ShouldContain(other);
            run.Errors.ShouldContain("; give more of it.");
        }
        finally
        {
            await _lab.ExecAsync("comp1", "ovs-vsctl", "del-port", "br-int", "twin0");
        }
    }

    [Fact]
    public async Task Port_OfADhcpServer_IsNotJudged()
    {
        LabFixture.SkipIfUnavailable();
        var run = await Diagnosed.RunAsync(_lab, _lab.Plan.DhcpPort(_lab.Plan.Vnet).Id);

        run.ExitCode.ShouldBe(2, run.Errors);
        run.Status.ShouldBe("inconclusive");
        run.Causes.ShouldBeEmpty();
        run.Report.GetProperty("verdict").GetProperty("missing").GetString()!
            .ShouldContain("the port is Neutron's own (network:dhcp), not a guest's");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private PortPlan Port(string vm) => _lab.Plan.VmPorts.Single(port => port.Name == vm);

    private static JsonNode? Node(Diagnosed run) => JsonNode.Parse(run.Report.GetRawText());
}
