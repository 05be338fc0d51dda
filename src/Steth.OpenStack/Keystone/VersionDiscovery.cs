using System.Text.Json;
using Steth.OpenStack.Transport;

namespace Steth.OpenStack.Keystone;

/// <summary>Finds Keystone's v3 API from an auth_url with or without a version.</summary>
internal static class VersionDiscovery
{
    /// <summary>
    /// An auth_url that ends in /v3 is it; one that ends in /v2.0, as old files have it, had v3 beside it; otherwise Keystone is asked.
    /// Only the path of its answer is believed: behind a proxy the links often name a host or a scheme that does not answer.
    /// </summary>
    public static async Task<Uri> FindAsync(ApiTransport transport, Uri authUrl, CancellationToken cancellationToken)
    {
        var path = authUrl.AbsolutePath.TrimEnd('/');
        if (path.EndsWith("/v3", StringComparison.Ordinal))
            return At(authUrl, path);
        if (path.EndsWith("/v2.0", StringComparison.Ordinal))
            return At(authUrl, path[..^"/v2.0".Length] + "/v3");
        var answer = await transport.SendAsync(new ApiRequest("Keystone", HttpMethod.Get, At(authUrl, path + "/")), cancellationToken);
        if (!answer.IsSuccess && (int)answer.Status is not 300)
        {
            // Some load balancers let only /v3 through.
            return (int)answer.Status < 500
                ? At(authUrl, path + "/v3")
                : throw ApiJson.Refused(answer, OpenStackFailure.Refused, "answered an error");
        }
        var versions = ApiJson.Read(answer, root => Versions(root).ToList());
        if (versions.Count == 0)
            throw ApiJson.NotOpenStack(answer.Service, "it lists no versions");
        if (versions.FirstOrDefault(v => v.Id.StartsWith("v3", StringComparison.Ordinal)) is not { Id: not null } v3)
        {
            throw new OpenStackException(
                OpenStackFailure.NotOpenStack,
                $"{answer.Service} has no v3 API, only {string.Join(", ", versions.Select(v => v.Id))}.");
        }
        return v3.Link is { } link && Uri.TryCreate(answer.Service.Uri, link, out var self)
            && self.AbsolutePath.TrimEnd('/').EndsWith("/v3", StringComparison.Ordinal)
            ? At(authUrl, self.AbsolutePath.TrimEnd('/'))
            : At(authUrl, path + "/v3");
    }

    // {"versions": {"values": [..]}} of Keystone, {"versions": [..]} of other services, {"version": {..}} of one version alone.
    private static IEnumerable<(string Id, string? Link)> Versions(JsonElement root)
    {
        if (root.TryGetProperty("version", out var one))
            return Version(one) is { } version ? [version] : [];
        if (!root.TryGetProperty("versions", out var list))
            return [];
        if (list.ValueKind == JsonValueKind.Object && list.TryGetProperty("values", out var values))
            list = values;
        return list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Select(Version).OfType<(string, string?)>() : [];
    }

    private static (string Id, string? Link)? Version(JsonElement version)
    {
        if (ApiJson.Text(version, "id") is not { } id)
            return null;
        string? self = null;
        if (version.TryGetProperty("links", out var links) && links.ValueKind == JsonValueKind.Array)
        {
            self = links.EnumerateArray()
                .Where(l => ApiJson.Text(l, "rel") == "self").Select(l => ApiJson.Text(l, "href")).FirstOrDefault();
        }
        return (id, self);
    }

    private static Uri At(Uri host, string path) => new UriBuilder(host) { Path = path, Query = "", Fragment = "" }.Uri;
}
