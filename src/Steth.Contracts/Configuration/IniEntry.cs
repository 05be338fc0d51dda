namespace Steth.Contracts.Configuration;

/// <summary>One assignment.</summary>
/// <param name="Section">Without brackets; <see cref="IniFile.DefaultSection"/> for what stands before the first header.</param>
/// <param name="Key">Left of the first <c>=</c> or <c>:</c>, never empty.</param>
/// <param name="Value">Right of it, trimmed, without its quotes; the lines of a continued value are joined by a line feed.</param>
/// <param name="Line">The line of the key, counted from 1.</param>
public sealed record IniEntry(string Section, string Key, string Value, int Line);
