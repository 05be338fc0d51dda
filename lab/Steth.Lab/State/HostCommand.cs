namespace Steth.Lab.State;

/// <summary>A command to run inside a host.</summary>
/// <param name="Host">Host name.</param>
/// <param name="Command">Program and arguments.</param>
/// <param name="Input">What it reads on stdin; null: nothing.</param>
/// <param name="Log">For a program that stays: the log's name; null for one that ends.</param>
public sealed record HostCommand(string Host, IReadOnlyList<string> Command, string? Input = null, string? Log = null)
{
    /// <summary>iproute2 commands in one process, in the host or in one of its named namespaces.</summary>
    public static HostCommand Ip(string host, IEnumerable<string> lines, string? netns = null) =>
        new(host, netns is null ? ["ip", "-batch", "-"] : ["ip", "-n", netns, "-batch", "-"], string.Join('\n', lines) + "\n");

    /// <summary>A command in a named namespace of a host.</summary>
    public static HostCommand In(string host, string netns, IReadOnlyList<string> command, string? input = null) =>
        new(host, ["ip", "netns", "exec", netns, .. command], input);
}
