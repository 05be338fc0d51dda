using System.Collections;
using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Steth.Contracts;

namespace Steth.Conformity.Tests;

/// <summary>Writes docs/operations.md from the declarations and their XML documentation.</summary>
internal sealed partial class ReferencePage
{
    private readonly Dictionary<string, string> _summaries;
    private readonly StringBuilder _page = new();
    private readonly NullabilityInfoContext _nullability = new();

    private ReferencePage(Dictionary<string, string> summaries) => _summaries = summaries;

    public static string Write()
    {
        var documentation = XDocument.Load(Path.Combine(AppContext.BaseDirectory, "Steth.Contracts.xml"));
        var page = new ReferencePage(documentation.Descendants("member").ToDictionary(m => m.Attribute("name")!.Value, Text));
        page.WriteAll();
        return page._page.ToString();
    }

    private void WriteAll()
    {
        _page.Append("""
            # Operations of the agent

            Generated from the declarations in src/Steth.Contracts; a test fails when this page is stale
            (`STETH_WRITE_DOCS=1 ./test.sh Steth.Conformity.Tests` writes it anew).

            Each operation is a JSON-RPC 2.0 method, called by HTTP POST on port 9698 with an object as `params`. Unknown members are
            refused in parameters and ignored in results. `Accept: application/x-ndjson` turns the answer into a stream: events as they
            happen, a heartbeat line a second of silence, the response last. `Steth-Deadline-Ms` says how long the caller will wait.
            The thirteen methods of the original Steth are answered beside these: see [compatibility.md](compatibility.md).

            Errors carry one sentence: -32602 wrong parameters, -32000 tool missing, -32001 permission denied, -32002 timeout,
            -32003 tool failed, -32004 busy, -32005 no such device, -32006 forbidden by the
            caller's certificate, -32603 internal error with a correlation id.

            A caller needs a role (see [security.md](security.md)): `read` looks, `probe` sends packets and captures too, `change` changes interfaces too.

            | operation | role | what it does |
            |---|---|---|

            """);
        foreach (var operation in AgentOperations.All)
            _page.Append($"| [{operation.Name}](#{operation.Name.Replace(".", "", StringComparison.Ordinal)}) | {RoleOf(operation)} | {operation.Summary} |\n");
        foreach (var operation in AgentOperations.All)
        {
            _page.Append($"\n## {operation.Name}\n\n{_summaries[$"T:{operation.ParamsInfo.Type.FullName}"]}\n\nRole: {RoleOf(operation)}.\n");
            var written = new HashSet<Type>();
            WriteType("Params", operation.ParamsInfo.Type, written);
            WriteType("Result", operation.ResultInfo.Type, written);
            if (operation.EventInfo is { } happening)
                WriteType("Event", happening.Type, written);
        }
    }

    private static string RoleOf(Operation operation) =>
        $"{operation.Role.ToString().ToLowerInvariant()}{(operation.MoreWhen is { } more ? $"; {more}" : "")}";

    private void WriteType(string title, Type type, HashSet<Type> written)
    {
        if (!written.Add(type))
            return;
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(p => p.GetMethod!.Name != "get_EqualityContract").ToList();
        var summary = title is "Params" ? "" : $": {_summaries.GetValueOrDefault($"T:{type.FullName}", "")}";
        _page.Append($"\n**{title}**{summary}\n\n");
        if (properties.Count == 0)
        {
            _page.Append("No members.\n");
            return;
        }
        _page.Append("| member | type | meaning |\n|---|---|---|\n");
        var further = new List<Type>();
        foreach (var property in properties)
        {
            var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            var need = title == "Params" && property.GetCustomAttribute<System.Runtime.CompilerServices.RequiredMemberAttribute>() is not null ? " (needed)" : "";
            _page.Append($"| `{name}`{need} | {TypeName(property, further)} | {_summaries[$"P:{type.FullName}.{property.Name}"]}{Default(type, property)} |\n");
        }
        foreach (var next in further)
        {
            if (next.IsEnum)
                WriteEnum(next, written);
            else
                WriteType(next.Name, next, written);
        }
    }

    private void WriteEnum(Type type, HashSet<Type> written)
    {
        if (!written.Add(type))
            return;
        _page.Append($"\n**{type.Name}**: {_summaries[$"T:{type.FullName}"]}\n\n");
        foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Static))
            _page.Append($"- `{field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()!.Name}`: {_summaries[$"F:{type.FullName}.{field.Name}"]}\n");
    }

    private string TypeName(PropertyInfo property, List<Type> further)
    {
        var nullable = Nullable.GetUnderlyingType(property.PropertyType) is not null
            || (!property.PropertyType.IsValueType && _nullability.Create(property).ReadState == NullabilityState.Nullable);
        return Named(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, further) + (nullable ? " or null" : "");
    }

    private static string Named(Type type, List<Type> further)
    {
        if (type == typeof(string))
            return "string";
        if (type == typeof(bool))
            return "boolean";
        if (type == typeof(int) || type == typeof(long) || type == typeof(uint))
            return "integer";
        if (type == typeof(double))
            return "number";
        if (type == typeof(DateTimeOffset))
            return "time (ISO 8601)";
        if (type == typeof(ReadOnlyMemory<byte>))
            return "base64";
        if (type == typeof(Guid))
            return "UUID";
        if (type == typeof(IPAddress))
            return "IP address";
        if (type.Name is "VlanId")
            return "VLAN id";
        if (type.Name is "VlanSet")
            return "VLAN ids and ranges, untagged among them or not, as in 1-10,20";
        if (type.Name is "MacAddress")
            return "MAC address";
        if (type.Name is "InterfaceAddress")
            return "address/prefix";
        if (type.Name is "DeviceName")
            return "device name";
        if (type.Name is "NamespaceName")
            return "namespace name";
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
            return $"object of {Named(type.GenericTypeArguments[1], further)}";
        if (type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)))
            return $"list of {Named(type.GenericTypeArguments[0], further)}";
        further.Add(type);
        return type.Name;
    }

    private static string Default(Type type, PropertyInfo property)
    {
        if (property.SetMethod is null || property.SetMethod.ReturnParameter.GetRequiredCustomModifiers().Length > 0 || !type.Name.EndsWith("Params", StringComparison.Ordinal))
            return "";
        var value = property.GetValue(type.GetConstructor(Type.EmptyTypes)!.Invoke(null));
        return $" Default: `{JsonSerializer.Serialize(value, s_plain)}`.";
    }

    private static readonly JsonSerializerOptions s_plain = new() { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) } };

    private static string Text(XElement member)
    {
        var summary = member.Element("summary");
        if (summary is null)
            return "";
        var text = string.Concat(summary.Nodes().Select(n => n switch
        {
            XElement { Name.LocalName: "c" } c => $"`{c.Value}`",
            XElement { Name.LocalName: "see" } see => $"`{JsonNamingPolicy.SnakeCaseLower.ConvertName(see.Attribute("cref")!.Value.Split('.')[^1])}`",
            XElement other => other.Value,
            _ => n.ToString(),
        }));
        return WhiteSpace().Replace(WebUtility.HtmlDecode(text), " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
