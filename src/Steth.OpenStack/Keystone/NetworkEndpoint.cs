namespace Steth.OpenStack.Keystone;

/// <summary>Neutron's address, from the catalogue.</summary>
internal static class NetworkEndpoint
{
    /// <summary>The address of the v2.0 API, without a slash at its end.</summary>
    public static Uri Find(KeystoneToken token, Cloud cloud)
    {
        if (cloud.NetworkEndpoint is { } named)
            return Versioned(named);
        var place = $"the catalogue of Keystone at {Transport.ApiPlace.Plain(cloud.AuthUrl)}";
        if (token.Catalog.Count == 0)
            throw Failure("There is no catalogue in the token of Keystone at "
                + $"{Transport.ApiPlace.Plain(cloud.AuthUrl)}: the token is for no project, name one.");
        var endpoints = token.Catalog.Where(s => s.Type == "network").SelectMany(s => s.Endpoints).ToList();
        if (endpoints.Count == 0)
            throw Failure($"There is no network service in {place}; it has {Listed(token.Catalog.Select(s => s.Type))}.");

        var regions = endpoints.Select(e => e.InRegion).Distinct().ToList();
        var inRegion = cloud.Region is null ? endpoints : [.. endpoints.Where(e => e.InRegion == cloud.Region)];
        if (inRegion.Count == 0)
            throw Failure($"There is no network service in region {cloud.Region} in {place}; it has {Listed(regions)}.");
        if (cloud.Region is null && regions.Count > 1)
            throw Failure($"There are network services in several regions ({Listed(regions)}) "
                + $"in {place}: name one with region_name or OS_REGION_NAME.");

        var wanted = cloud.Interface.ToString();
        var matching = inRegion.Where(e => Is(e.Interface, wanted)).ToList();
        if (matching.Count == 0)
            throw Failure(
                $"The network service has no {Lower(wanted)} endpoint in {place}; it has {Listed(inRegion.Select(e => e.Interface))}.");
        return Uri.TryCreate(matching[0].Url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
            ? Versioned(uri)
            : throw Failure($"The {Lower(wanted)} endpoint of the network service in {place} is no http:// or https:// address.");
    }

    // Catalogues hold the address with and without the version, and with a slash or without.
    private static Uri Versioned(Uri uri)
    {
        var path = uri.AbsolutePath.TrimEnd('/');
        if (!path.EndsWith("/v2.0", StringComparison.Ordinal))
            path += "/v2.0";
        return new UriBuilder(uri) { Path = path, Query = "", Fragment = "" }.Uri;
    }

    // publicURL is how catalogues of the v2.0 time call it.
    private static bool Is(string? value, string wanted) =>
        string.Equals(value, wanted, StringComparison.OrdinalIgnoreCase)
            || string.Equals(value, wanted + "URL", StringComparison.OrdinalIgnoreCase);

    private static string Listed(IEnumerable<string?> names) =>
        string.Join(", ", names.Select(n => n ?? "one without a name").Distinct().Order(StringComparer.Ordinal));

    private static string Lower(string text) => text.ToLowerInvariant();

    private static OpenStackException Failure(string message) => new(OpenStackFailure.NoNetworkService, message);
}
