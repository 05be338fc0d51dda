using System.Text.RegularExpressions;

namespace Steth.Agent.Kernel;

/// <summary>Keeps secrets out of command lines before anybody else reads them.</summary>
public static partial class Secrets
{
    private const string LeftOut = "(left out)";

    /// <summary>
    /// The arguments with the values of those that name a secret left out: <c>--password=…</c>, <c>--token …</c>, <c>user:…@host</c> of a
    /// URL.
    /// </summary>
    public static IReadOnlyList<string> LeaveOut(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var kept = new string[arguments.Count];
        var follows = false;
        for (var i = 0; i < kept.Length; i++)
        {
            var argument = arguments[i];
            kept[i] = follows && !argument.StartsWith('-')
                ? LeftOut
                : Credentials().Replace(Assignment().Replace(argument, $"$1{LeftOut}"), $"://{LeftOut}@");
            follows = argument.StartsWith('-') && Named().IsMatch(argument) && !argument.Contains('=');
        }
        return kept;
    }

    [GeneratedRegex(@"(?i)(password|passwd|passphrase|secret|token|credential|api[-_]?key)")]
    private static partial Regex Named();

    // Everything behind the sign: a secret may hold commas and blanks.
    [GeneratedRegex(@"(?is)((?:password|passwd|passphrase|secret|token|credential|api[-_]?key)[\w-]*\s*[=:]).*$")]
    private static partial Regex Assignment();

    [GeneratedRegex(@"://[^/@\s]+@")]
    private static partial Regex Credentials();
}
