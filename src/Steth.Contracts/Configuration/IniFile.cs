namespace Steth.Contracts.Configuration;

/// <summary>
/// A configuration file as oslo.config reads it: <c>[section]</c> headers, <c>key = value</c> or <c>key: value</c>, whole-line
/// comments by <c>#</c> or <c>;</c>, values optionally quoted, a line that begins with white space continues the value above,
/// a blank line ends it. A comment behind a value is part of the value. What cannot be read is listed; the rest is still there.
/// </summary>
public sealed class IniFile
{
    /// <summary>The section of entries before the first header.</summary>
    public const string DefaultSection = "DEFAULT";

    private readonly List<IniEntry> _entries = [];
    private readonly List<IniError> _errors = [];
    private string? _section = DefaultSection;
    private bool _continues;

    private IniFile()
    {
    }

    /// <summary>Assignments in the file's order; a key given twice is there twice.</summary>
    public IReadOnlyList<IniEntry> Entries => _entries;

    /// <summary>Every line that could not be read, in the file's order; empty when all could.</summary>
    public IReadOnlyList<IniError> Errors => _errors;

    /// <summary>Reads a whole file.</summary>
    /// <param name="text">Its text, with any line ends and with or without a byte order mark.</param>
    public static IniFile Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var file = new IniFile();
        var number = 0;
        foreach (var line in text.AsSpan().TrimStart('\ufeff').EnumerateLines())
            file.Take(line.TrimEnd(), ++number);
        return file;
    }

    private void Take(ReadOnlySpan<char> line, int number)
    {
        if (line.IsEmpty)
            _continues = false;
        else if (char.IsWhiteSpace(line[0]))
            TakeContinuation(line.TrimStart(), number);
        else if (line[0] is '#' or ';')
            return;
        else if (line[0] == '[')
            TakeSection(line, number);
        else
            TakeAssignment(line, number);
    }

    private void TakeContinuation(ReadOnlySpan<char> text, int number)
    {
        if (_continues)
        {
            // An entry under an unreadable header was dropped, and so is what continues it.
            if (_section is not null)
                _entries[^1] = _entries[^1] with { Value = $"{_entries[^1].Value}\n{text}" };
        }
        else if (text[0] is not ('#' or ';'))
        {
            _errors.Add(
                new IniError(number, "the line begins with white space but there is no value above to continue; remove the white space"));
        }
    }

    private void TakeSection(ReadOnlySpan<char> line, int number)
    {
        _continues = false;
        var name = line[^1] == ']' ? line[1..^1].Trim() : default;
        _section = name.IsEmpty ? null : name.ToString();
        if (_section is null)
            _errors.Add(new IniError(number, $"'{line}' is not a section header; expected [name]"));
    }

    private void TakeAssignment(ReadOnlySpan<char> line, int number)
    {
        var split = line.IndexOfAny('=', ':');
        _continues = split > 0;
        if (!_continues)
            _errors.Add(new IniError(number, $"'{line}' is not an assignment; expected key = value"));
        else if (_section is not null)
            _entries.Add(
                new IniEntry(_section, line[..split].TrimEnd().ToString(), Unquote(line[(split + 1)..].TrimStart()).ToString(), number));
    }

    private static ReadOnlySpan<char> Unquote(ReadOnlySpan<char> value) =>
        value.Length > 1 && value[0] is ('"' or '\'') && value[^1] == value[0] ? value[1..^1] : value;
}
