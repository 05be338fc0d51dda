using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Steth.OpenStack;
using Steth.OpenStack.Neutron;

namespace Steth.Controller.Tests.Intents;

/// <summary>A Neutron of what a real one has answered, which filters as a real one does; a test changes what it holds.</summary>
internal sealed class RecordedNeutron : INeutronClient
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new Text<IPAddress>(IPAddress.Parse), new Text<IPNetwork>(IPNetwork.Parse), new Text<DateTimeOffset>(Time) },
    };

    private readonly Dictionary<string, JsonArray> _held = [];
    private readonly ConcurrentDictionary<string, OpenStackException> _failing = new();

    public RecordedNeutron()
    {
        foreach (var kind in new[] { "ports", "networks", "subnets", "routers", "agents", "security-groups" })
            _held[kind] = Load($"{kind}.json");
        _held["floatingips"] = [];
        _held["dhcp-agents"] = Load("dhcp-agents.tnet.json");
        _held["l3-agents"] = Load("l3-agents.r1.json");
    }

    /// <summary>What was asked, in order: <c>ports name=vm-t1</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public void Fail(string kind, OpenStackFailure failure = OpenStackFailure.Refused, bool down = false) =>
        _failing[kind] = new OpenStackException(failure, $"Neutron says no to {kind}.") { IsServiceDown = down };

    public void FailAll(OpenStackFailure failure, bool down = false)
    {
        foreach (var kind in _held.Keys)
            Fail(kind, failure, down);
    }

    public JsonObject One(string kind, string id) => _held[kind].Select(n => n!.AsObject()).Single(o => (string?)o["id"] == id);

    public void Add(string kind, string json) => _held[kind].Add(JsonNode.Parse(json));

    public void Remove(string kind, string id) => _held[kind].Remove(One(kind, id));

    public JsonObject Port(string name) => _held["ports"].Select(n => n!.AsObject()).Single(o => (string?)o["name"] == name);

    public async Task<IReadOnlyList<T>> ListAsync<T>(NeutronResource<T> resource, NeutronQuery query, CancellationToken cancellationToken)
        where T : class
    {
        await AskedAsync(resource.Path, string.Concat(query.Filters.Select(f => $" {f.Key}={f.Value}")));
        return
        [
            .. _held[resource.Path].Select(n => n!.AsObject())
                .Where(o => query.Filters.GroupBy(f => f.Key).All(g => g.Any(f => Fits(o, f.Key, f.Value))))
                .Select(o => Selected(o, query)).Select(o => o.Deserialize<T>(s_json)!),
        ];
    }

    public async Task<T?> GetAsync<T>(NeutronResource<T> resource, string id, CancellationToken cancellationToken)
        where T : class =>
        await ListAsync(resource, NeutronQuery.All.WithId(id), cancellationToken) is [var one, ..] ? one : null;

    public Task<IReadOnlyList<NeutronAgent>> DhcpAgentsOfNetworkAsync(string networkId, CancellationToken cancellationToken) =>
        AgentsAsync("dhcp-agents", networkId);

    public Task<IReadOnlyList<NeutronAgent>> L3AgentsOfRouterAsync(string routerId, CancellationToken cancellationToken) =>
        AgentsAsync("l3-agents", routerId);

    private async Task<IReadOnlyList<NeutronAgent>> AgentsAsync(string kind, string of)
    {
        await AskedAsync(kind, " " + of);
        return [.. _held[kind].Select(n => n.Deserialize<NeutronAgent>(s_json)!)];
    }

    private async Task AskedAsync(string kind, string query)
    {
        Requests.Enqueue(kind + query);
        await Task.Yield();
        if (_failing.TryGetValue(kind, out var failure))
            throw failure;
    }

    private static bool Fits(JsonObject one, string field, string value) => field == "fixed_ips"
        ? one[field]!.AsArray().Any(f => $"ip_address={f!["ip_address"]}" == value)
        : one[field]?.ToString() == value;

    private static JsonObject Selected(JsonObject one, NeutronQuery query) => query.Fields.IsEmpty
        ? one
        : new JsonObject(one.Where(p => p.Key == "id" || query.Fields.Contains(p.Key)).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));

    private static JsonArray Load(string file)
    {
        var document = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Recorded", "neutron", file)))!.AsObject();
        return document.Single().Value!.DeepClone().AsArray();
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private sealed class Text<T>(Func<string, T> parse) : JsonConverter<T>
    {
        public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetString() is { } text ? parse(text) : default;

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => throw new NotSupportedException();
    }
}
