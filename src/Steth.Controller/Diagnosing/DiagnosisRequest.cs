using System.Net;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Intent;

namespace Steth.Controller.Diagnosing;

/// <summary>What to diagnose.</summary>
public sealed record DiagnosisRequest
{
    /// <summary>The port and what it should be.</summary>
    public required PortIntent Port { get; init; }

    /// <summary>The port at the other end of no-peer; null: none.</summary>
    public PortIntent? Peer { get; init; }

    /// <summary>The symptoms to look for; null: all that apply to the port.</summary>
    public IReadOnlyList<Symptom>? Symptoms { get; init; }

    /// <summary>How long an answer may take where it is asked for, 1–60 s; what is lost on its way is given half of it.</summary>
    public int WaitSeconds { get; init; } = 3;

    /// <summary>How long looking the port up took; it is part of how long the diagnosis took.</summary>
    public TimeSpan LookUpTook { get; init; }

    /// <summary>The address to reach outside; null: the external gateway.</summary>
    public IPAddress? Outside { get; init; }

    /// <summary>What was noted while the port was looked up.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
