namespace Steth.Neutron.Tests.Labs;

/// <summary>How a command ended and what it said.</summary>
public sealed record LabRun(int ExitCode, string Output, string Errors)
{
    /// <summary>The output of a command that had to work.</summary>
    public string MustWork() => ExitCode == 0 ? Output : throw new InvalidOperationException($"exit code {ExitCode}: {Errors}{Output}");
}
