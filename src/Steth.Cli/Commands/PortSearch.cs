using Steth.Diagnosis.Intent;

namespace Steth.Cli.Commands;

/// <summary>What a look-up came to.</summary>
public sealed record PortSearch
{
    /// <summary>The port; null: not found.</summary>
    public PortIntent? Port { get; init; }

    /// <summary>The port at the other end; null: none asked for, or it is no port of the cloud.</summary>
    public PortIntent? Peer { get; init; }

    /// <summary>What an operator should know of how it was found, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Why it was not found, in a sentence; null: it was.</summary>
    public string? Problem { get; init; }

    /// <summary>It was not found because those who should know are silent.</summary>
    public bool Unavailable { get; init; }

    /// <summary>The search of a program that was given none.</summary>
    internal static Task<PortSearch> NotThere(CommandRun run, PortQuery query, CancellationToken cancellationToken) =>
        Task.FromResult(new PortSearch { Problem = $"PORT: nobody here can look up '{query.Port}'." });
}
