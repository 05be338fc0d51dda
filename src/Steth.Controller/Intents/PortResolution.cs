using System.Net;
using Steth.Diagnosis.Intent;

namespace Steth.Controller.Intents;

/// <summary>Who a port is and what it should be.</summary>
public sealed record PortResolution
{
    /// <summary>The port; null when <see cref="Problem"/> says why it was not found.</summary>
    public PortIntent? Port { get; init; }

    /// <summary>The port at the other end; null when none was named, or it is an address that no port has.</summary>
    public PortIntent? Peer { get; init; }

    /// <summary>The address named as peer that no port has; null: none.</summary>
    public IPAddress? PeerAddress { get; init; }

    /// <summary>What an operator should know of how it was found: what is missing and why, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Why the port or the peer was not found, for an operator; null when both were.</summary>
    public string? Problem { get; init; }

    /// <summary>It was not found, and may be on a node that did not answer.</summary>
    public bool MayBeOnSilent { get; init; }

    /// <summary>Nobody could be asked: neither the API nor a single agent answered.</summary>
    public bool Unavailable { get; init; }
}
