using System.Text.RegularExpressions;

namespace Steth.Lab.Names;

/// <summary>The name of a lab: 1 to 32 of a-z, 0-9 and '-', beginning with a letter or digit. Labs of different names live side by side.</summary>
public sealed partial record LabName
{
    private LabName(string text) => Text = text;

    /// <summary>The name as typed.</summary>
    public string Text { get; }

    /// <summary>The name when none is given.</summary>
    public static LabName Default { get; } = new("default");

    /// <summary>Reads a name.</summary>
    /// <exception cref="LabException">The text is no lab name.</exception>
    public static LabName Parse(string text) => Pattern().IsMatch(text)
        ? new LabName(text)
        : throw new LabException($"'{text}' is not a lab name: use 1 to 32 of a-z, 0-9 and '-', as in 'default'.");

    /// <inheritdoc/>
    public override string ToString() => Text;

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,31}\z")]
    private static partial Regex Pattern();
}
