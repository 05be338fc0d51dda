using System.Reflection;

namespace Steth.Agent.Host;

/// <summary>The agent's version.</summary>
public static class AgentVersion
{
    /// <summary>As the build set it: <c>0.1.0</c>.</summary>
    public static string Text { get; } =
        typeof(AgentVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
