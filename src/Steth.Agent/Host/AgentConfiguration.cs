using System.Globalization;
using Steth.Agent.Audit;
using Steth.Contracts.Configuration;
using Steth.Identity;
using Steth.Packets.Addresses;

namespace Steth.Agent.Host;

/// <summary>
/// The agent's options from the command line, before the environment (<c>STETH_AGENT_*</c>), before the <c>[agent]</c> section of
/// its file, before the defaults. Every fault is told at once, with where it stands.
/// </summary>
public sealed class AgentConfiguration
{
    /// <summary>The file that is read when it exists and no other is named.</summary>
    public const string DefaultFile = "/etc/steth/steth-agent.conf";

    private const string Section = "agent";

    private static readonly string[] Keys =
        ["listen", "port", "neutron_host", "tls", "max_role", "audit", "state_dir", "insecure"];

    private readonly List<string> _errors = [];
    private AgentOptions _options = new();

    private AgentConfiguration()
    {
    }

    /// <summary>What to run with; of no meaning when there are errors.</summary>
    public AgentOptions Options => _options;

    /// <summary>Each names its place (file and line, variable or option), the key, and what was expected.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>Reads all sources.</summary>
    /// <param name="commandLine">The parsed command line.</param>
    /// <param name="environment">Looks an environment variable up.</param>
    /// <param name="readFile">The text of a file; null when there is none.</param>
    public static AgentConfiguration Read(AgentCommandLine commandLine, Func<string, string?> environment, Func<string, string?> readFile)
    {
        ArgumentNullException.ThrowIfNull(commandLine);
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(readFile);
        var configuration = new AgentConfiguration();
        configuration.TakeFile(commandLine.ConfigFile ?? Given(environment("STETH_AGENT_CONFIG")), readFile);
        foreach (var key in Keys)
        {
            var variable = $"STETH_AGENT_{key.ToUpperInvariant()}";
            if (Given(environment(variable)) is { } value)
                configuration.Take(key, value, variable);
        }
        foreach (var (key, value) in commandLine.Settings)
            configuration.Take(key, value, $"--{key.Replace('_', '-')}");
        configuration._errors.AddRange(commandLine.Errors);
        return configuration;
    }

    private void TakeFile(string? named, Func<string, string?> readFile)
    {
        var path = named ?? DefaultFile;
        string? text;
        try
        {
            text = readFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _errors.Add($"{path}: cannot be read: {e.Message}");
            return;
        }
        if (text is null)
        {
            if (named is not null)
                _errors.Add($"{path}: there is no such file");
            return;
        }
        var file = IniFile.Parse(text);
        _errors.AddRange(file.Errors.Select(e => $"{path}:{e.Line}: {e.Message}"));
        foreach (var entry in file.Entries)
        {
            if (entry.Section == Section && Keys.Contains(entry.Key, StringComparer.Ordinal))
                Take(entry.Key, entry.Value, $"{path}:{entry.Line}: {entry.Key}");
            else
                _errors.Add($"{path}:{entry.Line}: unknown key '{entry.Key}' in "
                    + $"[{entry.Section}]; known: {string.Join(", ", Keys)} in [{Section}]");
        }
    }

    private void Take(string key, string value, string place)
    {
        switch (key)
        {
            case "listen" when StrictIPAddress.TryParse(value, out var address):
                _options = _options with { Listen = address };
                break;
            case "listen":
                _errors.Add($"{place}: '{value}' is not an IP address; expected one of this host, or 0.0.0.0 or :: for all");
                break;
            case "port" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= ushort.MaxValue:
                _options = _options with { Port = port };
                break;
            case "port":
                _errors.Add($"{place}: '{value}' is not a TCP port; expected 0-65535");
                break;
            case "neutron_host" when value.Length is > 0 and <= 255 && !value.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)):
                _options = _options with { NeutronHost = value };
                break;
            case "neutron_host":
                _errors.Add($"{place}: '{value}' is not a host name; expected the 'host' Neutron's agents on this node report");
                break;
            case "tls" when value.Length > 0:
                _options = _options with { Tls = value };
                break;
            case "tls":
                _errors.Add($"{place}: expected the folder of the node's certificates");
                break;
            case "state_dir" when Path.IsPathRooted(value):
                _options = _options with { StateDir = value };
                break;
            case "state_dir":
                _errors.Add($"{place}: '{value}' is not a folder's whole path; expected one as in /run/steth");
                break;
            case "max_role" when Principal.RoleOf(value) is { } role:
                _options = _options with { MaxRole = role };
                break;
            case "max_role":
                _errors.Add($"{place}: '{value}' is not a role; expected read, probe or change");
                break;
            case "audit" when value == AuditLog.Journal || Path.IsPathFullyQualified(value) && !Path.EndsInDirectorySeparator(value):
                _options = _options with { Audit = value };
                break;
            case "audit":
                _errors.Add($"{place}: '{value}' is no place for the audit; expected the absolute path of a file, or {AuditLog.Journal}");
                break;
            default:
                TakeInsecure(value, place);
                break;
        }
    }

    private void TakeInsecure(string value, string place)
    {
        // The words oslo.config takes for a boolean.
        switch (value.ToUpperInvariant())
        {
            case "TRUE" or "1" or "ON" or "YES":
                _options = _options with { Insecure = true };
                break;
            case "FALSE" or "0" or "OFF" or "NO":
                _options = _options with { Insecure = false };
                break;
            default:
                _errors.Add($"{place}: '{value}' is not a boolean; expected true or false");
                break;
        }
    }

    private static string? Given(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
