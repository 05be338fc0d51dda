using System.Diagnostics;

namespace Steth.OpenStack;

/// <summary>A password, a token or another text that must not be shown: it prints as <c>***</c>, in records too.</summary>
[DebuggerDisplay("***")]
public sealed class Secret : IEquatable<Secret>
{
    private readonly string _text;

    /// <summary>Hides a text.</summary>
    public Secret(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _text = text;
    }

    /// <summary>The text itself, for the request that needs it and for nothing else.</summary>
    public string Reveal() => _text;

    /// <inheritdoc/>
    public override string ToString() => "***";

    /// <inheritdoc/>
    public bool Equals(Secret? other) => other is not null && _text == other._text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Secret);

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);
}
