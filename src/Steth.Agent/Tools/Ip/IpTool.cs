using Steth.Contracts;
using Steth.Contracts.Names;

namespace Steth.Agent.Tools.Ip;

/// <summary>Runs ip(8) and says in an operator's words why it refused.</summary>
public sealed class IpTool(IToolRunner tools)
{
    /// <summary>Lists the interfaces of this or another namespace, in the kernel's order.</summary>
    /// <exception cref="OperationException">NoSuchDevice (the namespace), ToolMissing, ToolFailed, Timeout, PermissionDenied.</exception>
    public async Task<IReadOnlyList<Link>> ListAsync(NamespaceName? inNamespace, CancellationToken cancellationToken)
    {
        var text = await RunAsync(inNamespace, ["-j", "-d", "-s", "address", "show"], cancellationToken);
        try
        {
            return LinkJson.Parse(text);
        }
        catch (FormatException e)
        {
            throw new OperationException(OperationErrorCode.ToolFailed, $"The interfaces of this host cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Runs one command of ip.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="OperationException">NoSuchDevice, PermissionDenied, ToolMissing, ToolFailed (with ip's words), Timeout.</exception>
    public Task<string> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        RunAsync(null, arguments, cancellationToken);

    /// <summary>Runs one command of ip in a namespace; null: the agent's own.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="OperationException">As the other.</exception>
    public async Task<string> RunAsync(NamespaceName? inside, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        // Not "ip -n": it makes a mount namespace with another /sys, which needs more of the kernel than the network namespace alone.
        var output = await tools.RunAsync(inside, new ToolCommand { Program = "ip", Arguments = arguments }, cancellationToken);
        if (output.ExitCode == 0)
            return output.Stdout;
        var words = output.Stderr.Trim().ReplaceLineEndings(" ");
        var place = inside is { } name ? $"-n {name} " : "";
        throw new OperationException(CodeOf(words), $"'ip {place}{string.Join(' ', arguments)}' failed on this host: {words}"
            + (CodeOf(words) == OperationErrorCode.PermissionDenied ? "; the agent needs CAP_NET_ADMIN." : ""));
    }

    /// <summary>The interface of that name.</summary>
    /// <exception cref="OperationException">NoSuchDevice: names those there are.</exception>
    public static Link Find(IReadOnlyList<Link> links, string name)
    {
        const int most = 20;
        ArgumentNullException.ThrowIfNull(links);
        if (links.FirstOrDefault(l => l.Facts.Name == name) is { } found)
            return found;
        var known = string.Join(
            ", ", links.Take(most).Select(l => l.Facts.Name)) + (links.Count > most ? $" and {links.Count - most} more" : "");
        throw new OperationException(OperationErrorCode.NoSuchDevice, $"There is no interface '{name}' here; there are: {known}.");
    }

    private static OperationErrorCode CodeOf(string words) =>
        words.Contains("Operation not permitted", StringComparison.Ordinal) ? OperationErrorCode.PermissionDenied
        : words.Contains("Cannot find device", StringComparison.Ordinal)
            || words.Contains("does not exist", StringComparison.Ordinal)
            || words.Contains("cannot open /run/netns/", StringComparison.Ordinal) ? OperationErrorCode.NoSuchDevice
        : OperationErrorCode.ToolFailed;
}
