using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Steth.Agent.Kernel;
using Steth.Agent.Operations;
using Steth.Agent.Rpc;
using Steth.Agent.Tools;
using Steth.Agent.Tools.Dnsmasq;
using Steth.Agent.Tools.Ip;
using Steth.Agent.Tools.Iperf;
using Steth.Agent.Tools.Lldp;
using Steth.Agent.Tools.Nftables;
using Steth.Agent.Tools.Ovs;
using Steth.Contracts;
using Steth.Contracts.Configuration;
using Steth.Contracts.Names;
using Steth.Identity;
using Steth.Packets.Addresses;
using Steth.Packets.Decoding;
using Steth.Packets.Dhcp;
using Steth.Packets.Icmp;
using Steth.Packets.Lldp;
using Steth.Packets.Pcap;
using Steth.Packets.Probe;
using Steth.Packets.Tests;

namespace Steth.Fuzz.Tests;

/// <summary>Every reader of foreign bytes and texts of the agent and what it is built on.</summary>
internal static class FuzzTargets
{
    private static readonly CertificateAuthority Authority = CertificateAuthority.Create(DateTimeOffset.UnixEpoch.AddYears(60));

    private static readonly X509Certificate2 AuthorityCertificate = X509Certificate2.CreateFromPem(Authority.CertificatePem);

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("frame", 30, Frames(), bytes => FrameDecoder.Decode(bytes), Never),
        new("message", 15, Frames(), Messages, Never),
        new("pcap", 5, [.. Files("Steth.Packets.Tests/Recorded", "*.pcap"), .. Frames()], bytes => PcapFile.Read(bytes), IsFormat),
        new("request", 20, Requests(), ReadRequest, e => e is JsonException or OperationException { Code: OperationErrorCode.InvalidParams }),
        new("name", 5, Texts("eth0", "qdhcp-7f1c3a52", "192.0.2.1/24", "fa:16:3e:00:00:01", "1-4094,untagged", "2001:db8::1", "4094", "comp-1.example"), Names, Never),
        new("ini", 2, Texts("[a]\nb = c\n  d\n# e\n[f]\ng: h\n", "[DEFAULT]\nx=1\nx=2\n"), bytes => IniFile.Parse(Text(bytes)), Never),
        new("crl", 1, [CertificateAuthority.Der(Authority.Revoke(null, [AuthorityCertificate], DateTimeOffset.UnixEpoch.AddYears(60)))],
            bytes => RevocationList.Parse(bytes, [AuthorityCertificate]), e => e is CryptographicException),
        Tool("ip-address", "ip/*.address.json", text => LinkJson.Parse(text)),
        Tool("ip-counters", "ip/*.address.json", text => LinkCountersJson.Parse(text)),
        Tool("ip-route", "ip/*.route.json", text => RouteJson.ParseRoutes(text)),
        Tool("ip-neigh", "ip/*.neigh.json", text => RouteJson.ParseNeighbours(text)),
        Tool("ovs-vsctl", "ovs/*.show.json", text => OvsDatabase.Parse(text)),
        Tool("ovs-ofctl", "ovs/*.dump-flows.nonames.txt", text => FlowDump.Parse(text)),
        Tool("ovs-appctl", "ovs/trace/*.txt", text => FlowTrace.Parse(text)),
        Tool("iptables-save", "iptables/*.txt", text => PacketFilter.Parse(text)),
        Tool("nft-json", "nft/*.json", text => NftablesJson.Parse(text, new HashSet<string>())),
        Tool("nft-text", "nft/*.txt", text => NftablesTool.Devices(text)),
        Tool("lldpctl", "lldp/*.json", text => LldpctlJson.Parse(text)),
        Tool("bonding", "bonding/*.txt", text => BondingFile.Parse(text)),
        Tool("dnsmasq-hosts", "dhcp/host", text => DnsmasqFiles.ParseHosts(text)),
        Tool("dnsmasq-options", "dhcp/opts", text => DnsmasqFiles.ParseOptions(text)),
        Tool("iperf3", "iperf/*.json", text => Iperf3Json.ParseDocument(text)),
        Tool("iperf3-stream", "iperf/*.json", text =>
        {
            Iperf3Json.ParseStreamedInterval(text);
            Iperf3Json.ParseStream(text);
        }),
        Tool("iperf", "iperf/v2-*.txt", text =>
        {
            Iperf2Text.ParseInterval(text, 2);
            Iperf2Text.Parse(text, text);
        }),
        new("getent", 1, Texts("192.0.2.1      STREAM node\n192.0.2.1      DGRAM\n"), bytes => NameResolveHandler.Parse(Text(bytes)), Never),
        new("proc-net", 1, Texts("  sl  local_address rem_address   st\n   0: 0100007F:25E2 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1\n"),
            bytes => _ = ListeningSockets.Parse("tcp", Text(bytes).Split('\n')).ToList(), IsFormat),
    ];

    private static FuzzTarget Tool(string name, string files, Action<string> parse) =>
        new(name, 1, Files("Steth.Agent.Tests/Recorded", files), bytes => parse(Text(bytes)), IsFormat);

    private static bool Never(Exception e) => false;

    private static bool IsFormat(Exception e) => e is FormatException;

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private static byte[][] Texts(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    private static byte[][] Frames() =>
    [
        .. SampleFrames.All,
        .. Files("Steth.Packets.Tests/Recorded", "*.pcap").SelectMany(file => PcapFile.Read(file).Frames).Select(frame => frame.Data.ToArray()),
    ];

    /// <summary>Also from where these stand in a frame on.</summary>
    private static void Messages(byte[] bytes)
    {
        foreach (var start in (int[])[0, 14, 18, 34, 42])
        {
            var part = bytes.AsSpan(Math.Min(start, bytes.Length));
            _ = DhcpMessage.TryParse(part, out _);
            _ = LldpMessage.TryParse(part, out _);
            _ = IcmpMessage.TryParse(part, isV6: false, out _);
            _ = IcmpMessage.TryParse(part, isV6: true, out _);
            _ = QuotedPacket.TryParse(part, out _);
            _ = ReflectedProbe.TryParse(part, out _);
            _ = VlanProbeMessage.TryParse(part, out _);
            _ = ProbeMessage.TryParse(part, out _);
        }
    }

    private static void Names(byte[] bytes)
    {
        var text = Text(bytes);
        _ = DeviceName.TryParse(text, null, out _);
        _ = NamespaceName.TryParse(text, null, out _);
        _ = InterfaceAddress.TryParse(text, null, out _);
        _ = MacAddress.TryParse(text, null, out _);
        _ = VlanSet.TryParse(text, null, out _);
        _ = VlanId.TryParse(text, null, out _);
        _ = StrictIPAddress.TryParse(text, out _);
        _ = PrincipalName.TryParse(text, out _);
    }

    /// <summary>As the endpoint reads a body, up to the handler.</summary>
    private static void ReadRequest(byte[] bytes)
    {
        if (!System.Text.Unicode.Utf8.IsValid(bytes))
            return;
        using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = RpcLimits.Depth });
        if (!JsonText.IsText(bytes, document.RootElement))
            return;
        var request = RpcRequest.Read(document.RootElement);
        if (request.Fault is null && Readers.TryGetValue(request.Method, out var reader))
            reader(request.Params);
    }

    private static readonly Dictionary<string, Action<JsonElement>> Readers = AgentOperations.All.ToDictionary(
        operation => operation.Name, operation => (Action<JsonElement>)(json => ((IParams)Activator.CreateInstance(
            typeof(Params<>).MakeGenericType(operation.ParamsInfo.Type), operation.ParamsInfo)!).Read(json)));

    private static IReadOnlyList<byte[]> Requests() =>
        [.. Files("Steth.Fuzz.Tests", "requests.ndjson").SelectMany(file => Text(file).Split('\n', StringSplitOptions.RemoveEmptyEntries)).Select(Encoding.UTF8.GetBytes)];

    private static byte[][] Files(string folder, string pattern, [CallerFilePath] string here = "")
    {
        var root = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(here))!, folder, Path.GetDirectoryName(pattern)!);
        var files = Directory.GetFiles(root, Path.GetFileName(pattern), SearchOption.TopDirectoryOnly).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToArray();
        return files.Length > 0 ? files : throw new FileNotFoundException($"{root}: nothing is called {pattern}");
    }

    private interface IParams
    {
        void Read(JsonElement json);
    }

    private sealed class Params<T>(System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) : IParams
        where T : notnull
    {
        public void Read(JsonElement json) => ParamsReader.Read(json, type);
    }
}
