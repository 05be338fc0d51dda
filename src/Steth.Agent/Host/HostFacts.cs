namespace Steth.Agent.Host;

/// <summary>What the kernel and the distribution say of this host.</summary>
internal static class HostFacts
{
    /// <summary>The kernel's host name, whole; .NET's Environment.MachineName stops at the first dot.</summary>
    public static string Hostname => FirstLine("/proc/sys/kernel/hostname") ?? Environment.MachineName;

    /// <summary>As <c>uname -r</c>.</summary>
    public static string Kernel => FirstLine("/proc/sys/kernel/osrelease") ?? Environment.OSVersion.Version.ToString();

    /// <summary>PRETTY_NAME of os-release(5); null when unreadable.</summary>
    public static string? OperatingSystem => PrettyName(Read("/etc/os-release") ?? Read("/usr/lib/os-release"));

    /// <summary>
    /// True once the 802.1Q module is there. A kernel that would load it on demand cannot be told from one without it, hence null, never
    /// false.
    /// </summary>
    public static bool? VlanDevices => File.Exists("/proc/net/vlan/config") ? true : null;

    /// <summary>Reads PRETTY_NAME from the text of an os-release file.</summary>
    public static string? PrettyName(string? osRelease)
    {
        const string key = "PRETTY_NAME=";
        var line = osRelease?.Split('\n').FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal));
        return line?[key.Length..].Trim().Trim('"', '\'');
    }

    private static string? FirstLine(string path) => Read(path)?.Split('\n')[0];

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
