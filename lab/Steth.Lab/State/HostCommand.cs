namespace Steth.Lab.State;

/// <summary>A command to run inside a host.</summary>
/// <param name="Host">Host name.</param>
/// <param name="Command">Program and arguments.</param>
public sealed record HostCommand(string Host, IReadOnlyList<string> Command);
