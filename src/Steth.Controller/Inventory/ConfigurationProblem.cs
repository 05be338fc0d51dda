namespace Steth.Controller.Inventory;

/// <summary>Something wrong in the configuration.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">Counted from 1; null when it concerns the file as a whole.</param>
/// <param name="Key">
/// The key, with its section unless that is [DEFAULT]: <c>nodes_id</c>, <c>[nodes] comp1</c>; null when it concerns none.
/// </param>
/// <param name="Message">What is wrong and what was expected.</param>
public sealed record ConfigurationProblem(string File, int? Line, string? Key, string Message)
{
    /// <summary><c>FILE:LINE: KEY: message</c>.</summary>
    public override string ToString() =>
        string.Concat(File, Line is { } line ? FormattableString.Invariant($":{line}") : "", Key is null ? "" : $": {Key}", ": ", Message);
}
