using System.Text.Json;
using Steth.OpenStack.Transport;

namespace Steth.OpenStack.Neutron;

/// <summary>One page of a list.</summary>
/// <param name="Resources">What is on it, with the ids.</param>
/// <param name="Next">The marker of the page after it; null: it is the last.</param>
/// <typeparam name="T">The record.</typeparam>
internal sealed record NeutronPage<T>(IReadOnlyList<(string? Id, T Value)> Resources, string? Next)
    where T : class
{
    /// <summary>Reads a page that was asked for with a limit (null: without).</summary>
    public static NeutronPage<T> Read(ApiAnswer answer, NeutronResource<T> resource, int? limit) =>
        ApiJson.Read(answer, root => Read(answer.Service, root, resource, limit));

    private static NeutronPage<T> Read(ApiPlace place, JsonElement root, NeutronResource<T> resource, int? limit)
    {
        if (!root.TryGetProperty(resource.Members, out var list) || list.ValueKind != JsonValueKind.Array)
            throw ApiJson.Unexpected(place, resource.Members);
        var resources = new List<(string?, T)>();
        string? last = null;
        foreach (var element in list.EnumerateArray())
        {
            var where = FormattableString.Invariant($"{resource.Members}[{resources.Count}]");
            var value = ApiJson.Read(place, element, resource.Type, where);
            last = ApiJson.Text(element, "id");
            resources.Add((last, value));
        }
        var links = NextLink(root, resource.Members + "_links");
        var isFull = limit is { } most && resources.Count >= most;
        return new NeutronPage<T>(resources, links is not null ? Marker(links) ?? last : isFull ? last : null);
    }

    private static string? NextLink(JsonElement root, string member) =>
        root.TryGetProperty(member, out var links) && links.ValueKind == JsonValueKind.Array
            ? links.EnumerateArray().Where(l => ApiJson.Text(l, "rel") == "next").Select(l => ApiJson.Text(l, "href")).FirstOrDefault()
            : null;

    // Only the marker is taken: behind a proxy the link often names a host that does not answer, or one that should not see the token.
    private static string? Marker(string link) =>
        link[(link.IndexOf('?', StringComparison.Ordinal) + 1)..].Split('&')
            .Where(p => p.StartsWith("marker=", StringComparison.Ordinal))
            .Select(p => Uri.UnescapeDataString(p["marker=".Length..]))
            .FirstOrDefault(m => m.Length > 0);
}
