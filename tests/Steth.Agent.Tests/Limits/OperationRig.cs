using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Steth.Agent.Host;
using Steth.Agent.Rpc;
using Steth.Agent.Tests.Recorded;
using Steth.Agent.Tests.Rpc;
using Steth.Agent.Tests.Tools;
using Steth.Contracts;
using Steth.Contracts.Names;

namespace Steth.Agent.Tests.Limits;

/// <summary>
/// Every operation as the agent wires it, over stand-ins for all programs. They answer as recorded and keep the arguments they were given,
/// each apart. What an operation asks of the kernel itself it asks of lo.
/// </summary>
internal sealed class OperationRig : IAsyncDisposable
{
    private const string Guid = "7f1c3a52-6c1e-4a7e-9b38-0d9a1f2b3c4d";

    /// <summary>Parameters of each operation that are taken and get as far as its programs. No lease lapses in the middle of another call.</summary>
    public static readonly IReadOnlyDictionary<string, string> Good = new Dictionary<string, string>
    {
        ["agent.info"] = "{}",
        ["agent.clock"] = "{}",
        ["arp.trace"] = $$"""{"network_id":"{{Guid}}","target_ip":"192.0.2.9","physical_interface":"lo","timeout_seconds":1}""",
        ["audit.read"] = """{"who":"alice","method":"agent.info","limit":1}""",
        ["capture.end"] = $$"""{"capture_id":"{{Guid}}"}""",
        ["capture.run"] = """{"points":[{"device":"lo","namespace":null}],"filter":"icmp6","seconds":1,"max_frames":1}""",
        ["dhcp.scan"] = """{"device":"lo","namespace":null,"vlans":[7],"first_xid":4096,"count":1,"wait_ms":100}""",
        ["dhcp.server"] = $$"""{"network_id":"{{Guid}}"}""",
        ["dhcp.trace"] = $$"""{"port_id":"{{Guid}}","mac":"fa:16:3e:00:00:01","physical_interface":"lo","timeout_seconds":1}""",
        ["frame.send"] = """{"device":"lo","kind":"icmp_echo","source_mac":"fa:16:3e:00:00:01","source_ip":"127.0.0.1","target_ip":"127.0.0.2"}""",
        ["guest.send"] = $$"""{"port_id":"{{Guid}}","frames":[{"kind":"probe","mark":7}]}""",
        ["icmp.ping"] = """{"targets":["127.0.0.1"],"count":1,"timeout_ms":100}""",
        ["interface.confirm"] = """{"lease_id":"a"}""",
        ["interface.list"] = """{"interface":"lo"}""",
        ["interface.setup"] = """{"interface":"eth0","cidr":"192.0.2.1/24","flush":true,"confirm_seconds":600}""",
        ["interface.teardown"] = """{"interface":"eth0","force":true}""",
        ["iperf.run"] = """{"server":"127.0.0.1","seconds":1,"bind_address":"127.0.0.1","tool":"iperf3","bandwidth_bps":1000,"window_bytes":1000}""",
        ["iperf.serve"] = """{"port":9,"bind_address":"127.0.0.1","lease_seconds":3600}""",
        ["lease.list"] = "{}",
        ["lease.release"] = """{"lease_id":"a"}""",
        ["lease.renew"] = """{"lease_id":"a","seconds":1}""",
        ["metadata.probe"] = $$"""{"address":"192.0.2.9","network_id":"{{Guid}}","timeout_seconds":1}""",
        ["mtu.search"] = """{"token":1,"targets":[{"from":"127.0.0.1","to":"127.0.0.2","port":9}],"timeout_ms":10}""",
        ["name.resolve"] = """{"names":["node.example"],"timeout_ms":500}""",
        ["namespace.inspect"] = """{"rules_holding":["tap1"],"rules_from":["INPUT"]}""",
        ["namespace.list"] = """{"devices":["lo"]}""",
        ["neighbour.list"] = "{}",
        ["neighbour.scan"] = """{"device":"lo","targets":["127.0.0.9"],"count":1,"wait_ms":50}""",
        ["nic.inspect"] = """{"nics":["lo"],"seconds":0}""",
        ["ovs.flows"] = """{"bridge":"br-int","table":0}""",
        ["ovs.show"] = "{}",
        ["ovs.trace"] = """{"bridge":"br-int","flow":"in_port=1,udp","ct_next":["trk,new"]}""",
        ["port.wiring"] = $$"""{"port_id":"{{Guid}}","physical_interface":"lo"}""",
        ["reflector.end"] = $$"""{"reflector_id":"{{Guid}}"}""",
        ["reflector.run"] = $$"""{"reflector_id":"{{Guid}}","token":1,"points":[{"address":"127.0.0.1","peers":["127.0.0.2"]}],"seconds":1}""",
        ["udp.probe"] = """{"token":1,"targets":[{"from":"127.0.0.1","to":"127.0.0.2","port":9}],"count":1,"timeout_ms":10}""",
        ["vlan.add"] = """{"interface":"eth0","vlan_id":7,"lease_seconds":3600}""",
        ["vlan.listen"] = $$"""{"device":"lo","mark":7,"capture_id":"{{Guid}}","senders":[{"sender":0,"probes":[{"kind":"plain","vlans":"7"}]}],"seconds":1}""",
        ["vlan.send"] = """{"device":"lo","mark":7,"sender":0,"probes":[{"kind":"plain","vlans":"7"}]}""",
    };

    private readonly StandInTools _tools = new();
    private readonly AgentServices _services;

    public OperationRig()
    {
        Directory.CreateDirectory(Arguments);
        foreach (var (program, answer) in Answers())
            _tools.Add(program, $"printf '%s\\0' {program} \"$@\" > {Arguments}/$$.{program}\n{answer}");
        var options = new AgentOptions
        {
            Insecure = true,
            Audit = Path.Combine(_tools.Root, "audit.log"),
            StateDir = Path.Combine(_tools.Root, "state"),
        };
        _services = new AgentServices(options, null, TimeProvider.System, Log, _tools.Runner);
    }

    public RpcLog Log { get; } = new();

    private string Arguments => Path.Combine(_tools.Root, "argv");

    /// <summary>Carries a call out.</summary>
    /// <returns>Null when its deadline ended it.</returns>
    public async Task<RpcOutcome?> CallAsync(string method, JsonNode parameters, TimeSpan deadline)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        ends.CancelAfter(deadline);
        using var document = JsonDocument.Parse(new JsonObject { ["jsonrpc"] = "2.0", ["method"] = method, ["params"] = parameters.DeepClone(), ["id"] = 1 }.ToJsonString());
        var call = new CallContext
        {
            Caller = new Caller(null, Role.Change, Role.Change),
            LocalAddress = IPAddress.Loopback,
            RemoteAddress = IPAddress.Loopback,
            CorrelationId = "test",
        };
        try
        {
            return await _services.Dispatcher.ExecuteAsync(RpcRequest.Read(document.RootElement), null, call, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The arguments of every program that ran since it was last asked, the program first.</summary>
    public IReadOnlyList<string[]> TakeArguments()
    {
        var found = new List<string[]>();
        foreach (var file in Directory.GetFiles(Arguments))
        {
            found.Add(File.ReadAllText(file).Split('\0')[..^1]);
            File.Delete(file);
        }
        return found;
    }

    /// <summary>Where a value of a parameter's type stands: member names, and "0" for an array's element.</summary>
    public static IEnumerable<(string[] Path, Type Type)> Leaves(JsonTypeInfo type, params string[] path) => type.Kind switch
    {
        JsonTypeInfoKind.Object => type.Properties.SelectMany(p => Leaves(type.Options.GetTypeInfo(p.PropertyType), [.. path, p.Name])),
        JsonTypeInfoKind.Enumerable => Leaves(type.Options.GetTypeInfo(type.ElementType!), [.. path, "0"]),
        _ => [(path, Nullable.GetUnderlyingType(type.Type) ?? type.Type)],
    };

    /// <summary>Parameters with another value at a place.</summary>
    public static JsonNode With(JsonNode parameters, string[] path, JsonNode? value)
    {
        var changed = parameters.DeepClone();
        var at = changed;
        for (var i = 0; i < path.Length - 1; i++)
        {
            var isArray = path[i + 1] == "0";
            var inner = at is JsonArray list ? (list.Count > 0 ? list[0] : null) : at[path[i]];
            if (inner is null)
            {
                inner = isArray ? new JsonArray() : new JsonObject();
                Put(at, path[i], inner);
            }
            at = inner;
        }
        Put(at, path[^1], value);
        return changed;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _tools.Dispose();
    }

    private static void Put(JsonNode at, string name, JsonNode? value)
    {
        if (at is not JsonArray list)
            at[name] = value;
        else if (list.Count > 0)
            list[0] = value;
        else
            list.Add(value);
    }

    /// <summary>Odd names are names of devices here, so that it shows what is done with them.</summary>
    private static string Links() => "[" + string.Join(',', InjectionTests.Attempts.Prepend("eth0").Where(n => DeviceName.TryParse(n, null, out _))
        .Select((name, i) => $$"""
            {"ifindex":{{i + 1}},"ifname":{{JsonValue.Create(name).ToJsonString()}},"flags":["UP"],"mtu":1500,"operstate":"UP","link_type":"ether","address":"02:00:00:00:00:01","linkinfo":{"info_kind":"dummy"},"addr_info":[]}
            """)) + "]";

    private static IEnumerable<(string Program, string Script)> Answers()
    {
        static string Cat(string file) => $"/bin/cat <<'END'\n{Recording.Read(file)}\nEND\n";
        yield return ("ip", $$"""
            case "$*" in
            *"-batch -"*) /bin/cat > /dev/null ;;
            *"address show"*|*"link show"*) /bin/cat <<'END'
            {{Links()}}
            END
            ;;
            *show*) echo '[]' ;;
            esac
            """);
        yield return ("ovs-vsctl", Cat("ovs/comp1.show.json"));
        yield return ("ovs-ofctl", Cat("ovs/net1.br-tun.dump-flows.nonames.txt"));
        yield return ("ovs-appctl", Cat("ovs/trace/miss.txt"));
        yield return ("iptables-save", Cat("iptables/net1.qrouter.txt"));
        yield return ("nft", """case "$*" in -j*) echo '{"nftables":[]}' ;; esac""");
        yield return ("iperf3", $"case \"$*\" in *--help*) exit 0 ;; esac\n{Cat("iperf/tcp.json")}");
        yield return ("getent", "echo '192.0.2.1 STREAM node'");
        yield return ("lldpctl", "echo '{}'");
        yield return ("nsenter", "exit 1");
        yield return ("tc", "exit 1");
    }
}
