using System.Text;

namespace Steth.Cli.Rendering;

/// <summary>Where a command writes, and what is at the other end.</summary>
public sealed record OutputStreams
{
    /// <summary>Data only.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Everything that is not data.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>A reader sits in front of <see cref="Out"/>.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>A reader sits in front of <see cref="Error"/>.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Colour is wanted: a terminal, NO_COLOR unset or empty, TERM not dumb (no-color.org).</summary>
    public bool UseColour { get; init; }

    /// <summary>Columns of the terminal; 80 when it does not say.</summary>
    public int Width { get; init; } = 80;

    /// <summary>Cancelled when nobody reads <see cref="Out"/> any more (<c>steth … | head</c>).</summary>
    public CancellationToken ReaderGone { get; init; }

    /// <summary>The process's own streams.</summary>
    public static OutputStreams OfProcess()
    {
#pragma warning disable RS0030 // The one place that meets the console.
        var output = new DescriptorStream(1);
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var dumb = Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb";
        var outIsTerminal = !Console.IsOutputRedirected;
        return new OutputStreams
        {
            Out = new StreamWriter(output, utf8) { AutoFlush = false },
            Error = new StreamWriter(new DescriptorStream(2), utf8) { AutoFlush = true },
            OutIsTerminal = outIsTerminal && !dumb,
            ErrorIsTerminal = !Console.IsErrorRedirected && !dumb,
            UseColour = outIsTerminal && !dumb && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
            Width = outIsTerminal ? output.TerminalWidth() ?? 80 : 80,
            ReaderGone = output.ReaderGone,
        };
    }
#pragma warning restore RS0030
}
