using System.Collections;

namespace Steth.OpenStack.Keystone;

/// <summary>Where credentials are looked for.</summary>
public sealed record CredentialSearch
{
    /// <summary>The cloud named on the command line (<c>--os-cloud</c>); null: none.</summary>
    public string? CloudName { get; init; }

    /// <summary>The environment variables.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Folders in which clouds.yaml and secure.yaml are looked for, the first one that has the file wins.</summary>
    public required IReadOnlyList<string> Folders { get; init; }

    /// <summary>steth.conf's section; null when it has none.</summary>
    public NeutronClientSection? NeutronClient { get; init; }

    /// <summary>
    /// The search in this process's environment: the working directory, $XDG_CONFIG_HOME/openstack, ~/.config/openstack, /etc/openstack.
    /// </summary>
    public static CredentialSearch OfThisProcess(string? cloudName, NeutronClientSection? neutronClient)
    {
        var environment = new Dictionary<string, string>();
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
            environment[(string)variable.Key] = (string?)variable.Value ?? "";
        return Of(environment, Directory.GetCurrentDirectory()) with { CloudName = cloudName, NeutronClient = neutronClient };
    }

    private static CredentialSearch Of(Dictionary<string, string> environment, string workingDirectory)
    {
        List<string> folders = [workingDirectory];
        if (environment.GetValueOrDefault("XDG_CONFIG_HOME") is { Length: > 0 } xdg)
            folders.Add(Path.Combine(xdg, "openstack"));
        if (environment.GetValueOrDefault("HOME") is { Length: > 0 } home)
            folders.Add(Path.Combine(home, ".config", "openstack"));
        folders.Add("/etc/openstack");
        return new CredentialSearch { Environment = environment, Folders = [.. folders.Distinct()] };
    }
}
