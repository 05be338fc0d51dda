using System.Net;
using Steth.OpenStack.Keystone;
using Steth.OpenStack.Transport;

namespace Steth.OpenStack.Neutron;

/// <summary>Reads from Neutron over HTTP with tokens of a <see cref="KeystoneClient"/>, whose connections it shares.</summary>
public sealed class NeutronClient : INeutronClient, IDisposable
{
    private readonly KeystoneClient _keystone;

    /// <summary>Makes a client; nothing is sent yet.</summary>
    public NeutronClient(KeystoneClient keystone)
    {
        ArgumentNullException.ThrowIfNull(keystone);
        _keystone = keystone;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<T>> ListAsync<T>(NeutronResource<T> resource, NeutronQuery query, CancellationToken cancellationToken)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(query);
        var limit = _keystone.Settings.PageSize;
        var all = new List<T>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string? marker = null;
        while (true)
        {
            var answer = await GetAsync(resource.Path, query.ToUriQuery(limit, marker), cancellationToken);
            if (!answer.IsSuccess)
                throw await RefusedAsync(answer, $"list {resource.Path}", cancellationToken);
            var page = NeutronPage<T>.Read(answer, resource, limit);
            var before = seen.Count;
            // What is made or deleted meanwhile shifts the pages; and a server that knows no pages sends all of it each time.
            all.AddRange(page.Resources.Where(r => r.Id is null || seen.Add(r.Id)).Select(r => r.Value));
            if (page.Next is null || seen.Count == before)
                return all;
            if (all.Count > _keystone.Settings.MaxResources)
            {
                throw new OpenStackException(
                    OpenStackFailure.BadAnswer, FormattableString.Invariant(
                        $"{answer.Service} lists more than {_keystone.Settings.MaxResources} {resource.Path}."));
            }
            marker = page.Next;
        }
    }

    /// <inheritdoc/>
    public async Task<T?> GetAsync<T>(NeutronResource<T> resource, string id, CancellationToken cancellationToken)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentException.ThrowIfNullOrEmpty(id);
        var answer = await GetAsync($"{resource.Path}/{Segment(id)}", "", cancellationToken);
        if (answer.Status == HttpStatusCode.NotFound)
            return null;
        if (!answer.IsSuccess)
            throw await RefusedAsync(answer, $"read {resource.Path}", cancellationToken);
        return ApiJson.Read(answer, root => root.TryGetProperty(resource.Member, out var one)
            ? ApiJson.Read(answer.Service, one, resource.Type, resource.Member)
            : throw ApiJson.Unexpected(answer.Service, resource.Member));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<NeutronAgent>> DhcpAgentsOfNetworkAsync(string networkId, CancellationToken cancellationToken) =>
        AgentsAsync("networks", networkId, "dhcp-agents", cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<NeutronAgent>> L3AgentsOfRouterAsync(string routerId, CancellationToken cancellationToken) =>
        AgentsAsync("routers", routerId, "l3-agents", cancellationToken);

    /// <summary>Closes the connections it shares with the <see cref="KeystoneClient"/>, which cannot be used after this either.</summary>
    public void Dispose() => _keystone.Dispose();

    private async Task<IReadOnlyList<NeutronAgent>> AgentsAsync(string path, string id, string agents, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        var answer = await GetAsync($"{path}/{Segment(id)}/{agents}", "", cancellationToken);
        if (answer.Status == HttpStatusCode.NotFound)
            return [];
        if (!answer.IsSuccess)
            throw await RefusedAsync(answer, $"list {agents}", cancellationToken);
        return [.. NeutronPage<NeutronAgent>.Read(answer, NeutronResources.Agents, limit: null).Resources.Select(r => r.Value)];
    }

    // A dot alone would climb the path.
    private static string Segment(string id) =>
        id is "." or ".." ? throw new ArgumentException("not an id", nameof(id)) : Uri.EscapeDataString(id);

    private async Task<ApiAnswer> GetAsync(string path, string query, CancellationToken cancellationToken)
    {
        var token = await _keystone.TokenAsync(cancellationToken);
        var answer = await SendAsync(token, path, query, cancellationToken);
        if (answer.Status != HttpStatusCode.Unauthorized)
            return answer;
        token = await _keystone.RenewAsync(token, cancellationToken);
        return await SendAsync(token, path, query, cancellationToken);
    }

    private Task<ApiAnswer> SendAsync(KeystoneToken token, string path, string query, CancellationToken cancellationToken)
    {
        var endpoint = NetworkEndpoint.Find(token, _keystone.Cloud);
        var uri = new Uri($"{endpoint.AbsoluteUri}/{path}{(query.Length == 0 ? "" : "?" + query)}");
        return _keystone.Transport.SendAsync(new ApiRequest("Neutron", HttpMethod.Get, uri, Token: token.Value), cancellationToken);
    }

    private async Task<OpenStackException> RefusedAsync(ApiAnswer answer, string what, CancellationToken cancellationToken)
    {
        var token = await _keystone.TokenAsync(cancellationToken);
        return answer.Status switch
        {
            HttpStatusCode.Unauthorized => ApiJson.Refused(
                answer,
                OpenStackFailure.Unauthorized,
                "refuses a token that Keystone has just given; check Neutron's [keystone_authtoken] and the clocks",
                token.Value),
            HttpStatusCode.Forbidden => ApiJson.Refused(answer, OpenStackFailure.Forbidden, $"does not let {token} {what}", token.Value),
            HttpStatusCode.NotFound =>
                ApiJson.Refused(answer, OpenStackFailure.Refused, $"cannot {what}; its extension is not loaded", token.Value),
            _ => ApiJson.Refused(answer, OpenStackFailure.Refused, $"answered an error to: {what}", token.Value),
        };
    }
}
