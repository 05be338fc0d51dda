namespace Steth.Contracts.Configuration;

/// <summary>A line that could not be read.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Message">What is wrong and what was expected, without the line number.</param>
public sealed record IniError(int Line, string Message);
