using System.Net;

namespace Steth.Cli.Rendering.Checks;

/// <summary>Text for an HTML page.</summary>
internal static class HtmlText
{
    /// <summary>Text as it may stand in an element or a quoted attribute, whatever it holds.</summary>
    public static string Encode(string text) => WebUtility.HtmlEncode(DisplayText.Clean(text));

    /// <summary>At most so many characters, with dots for what is cut off.</summary>
    public static string Shorten(string text, int most) => text.Length <= most ? text : string.Concat(text.AsSpan(0, most - 1), "…");
}
