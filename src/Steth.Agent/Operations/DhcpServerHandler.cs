using Steth.Agent.Kernel;
using Steth.Agent.Limits;
using Steth.Agent.Rpc;
using Steth.Agent.Tools.Dnsmasq;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.DhcpServer"/> out.</summary>
/// <param name="stateFolder">Where Neutron's agents keep their files (state_path): <c>/var/lib/neutron</c>.</param>
public sealed class DhcpServerHandler(string stateFolder = DhcpServerHandler.StateFolder)
{
    /// <summary>state_path of Neutron's agents as the distributions set it.</summary>
    public const string StateFolder = "/var/lib/neutron";

    private const int MostBytes = 1 << 20;

    /// <summary>Looks for the namespace, the program in it and its files. What is not there is null.</summary>
    /// <exception cref="OperationException">PermissionDenied when the namespace may not be entered.</exception>
    public Task<DhcpServerResult> HandleAsync(DhcpServerParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return Task.Run(() => Read(parameters.NetworkId), cancellationToken);
    }

    private DhcpServerResult Read(Guid network)
    {
        var inside = NamespaceName.Parse($"qdhcp-{network}");
        var exists = NetworkNamespace.List().Contains(inside);
        var server = exists ? Find(inside, network) : null;
        var folder = $"{stateFolder}/dhcp/{network}";
        string? File(string name, string option) => ReadFirst(
            [.. Named(server?.Facts, option).SelectMany(path => new[] { path, $"/proc/{server?.Id}/root{path}" }), $"{folder}/{name}"]);
        return new DhcpServerResult
        {
            NamespaceExists = exists,
            FilesExist = Directory.Exists(folder)
                || Named(server?.Facts, "--dhcp-hostsfile=").Any(path => Directory.Exists($"/proc/{server?.Id}/root{Folder(path)}")),
            Process = server?.Facts,
            Hosts = File("host", "--dhcp-hostsfile=") is { } hosts ? DnsmasqFiles.ParseHosts(hosts) : null,
            Options = File("opts", "--dhcp-optsfile=") is { } options ? DnsmasqFiles.ParseOptions(options) : null,
            Device = Device(server, folder),
        };
    }

    // Several may run in one namespace (dnsmasq forks a helper of its own name); the first is the oldest.
    private static (int Id, ProcessFacts Facts)? Find(NamespaceName inside, Guid network)
    {
        var id = network.ToString();
        string identity;
        try
        {
            identity = NetworkNamespace.Identity(inside);
        }
        catch (OperationException e) when (e.Code == OperationErrorCode.NoSuchDevice)
        {
            return null;
        }
        var servers = Processes.In(identity).Where(p => p.Facts.Name == "dnsmasq").ToList();
        return servers.Where(p => p.Facts.Arguments.Any(a => a.Contains(id, StringComparison.Ordinal)))
            .Concat(servers).Select(p => ((int, ProcessFacts)?)(p.Id, p.Facts)).FirstOrDefault();
    }

    private static string? Device((int Id, ProcessFacts Facts)? server, string folder)
    {
        // It stands beside the host file, wherever that is.
        var beside = Named(server?.Facts, "--dhcp-hostsfile=").Select(p => Folder(p) + "interface");
        var text = ReadFirst([.. beside.SelectMany(path => new[] { path, $"/proc/{server?.Id}/root{path}" }), $"{folder}/interface"]);
        return text?.Trim() is { Length: > 0 } name ? name : null;
    }

    private static string Folder(string path) => path[..(path.LastIndexOf('/') + 1)];

    private static IEnumerable<string> Named(ProcessFacts? server, string option) =>
        server is null ? []
        : server.Arguments.Where(a => a.StartsWith(option, StringComparison.Ordinal)).Select(a => a[option.Length..])
            .Where(p => p.StartsWith('/')).Take(1);

    private static string? ReadFirst(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            try
            {
                var text = BoundedFile.ReadText(path, MostBytes);
                // The text and what is read of it.
                CallMemory.Announce(6L * text.Length);
                return text;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The next place.
            }
        }
        return null;
    }
}
