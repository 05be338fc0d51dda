using System.Text.Json;

namespace Steth.Cli.Rendering.Checks;

/// <summary>Writes a check's view to stdout in the format asked for.</summary>
public static class CheckWriter
{
    private const int PipeWidth = 100;

    /// <summary>Writes it. JSON and YAML are the whole report; CSV and the value format are the first table.</summary>
    /// <param name="view">What to write.</param>
    /// <param name="format">How.</param>
    /// <param name="details">A table shows everything; without it a summary that fits a screen.</param>
    /// <param name="streams">Where.</param>
    public static void Write(CheckView view, OutputFormat format, bool details, OutputStreams streams)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(streams);
        switch (format)
        {
            case OutputFormat.Table:
                CheckText.Write(view, details, streams, streams.OutIsTerminal ? streams.Width : PipeWidth);
                break;
            case OutputFormat.Json:
                JsonText.Write(view.Report, view.Report.JsonType, streams.Out);
                break;
            case OutputFormat.Yaml:
                YamlText.Write(JsonSerializer.SerializeToElement(view.Report, view.Report.JsonType), streams.Out);
                break;
            default:
                SheetText.Write(view.Tables[0].Sheet, format, streams);
                break;
        }
        streams.Out.Flush();
    }
}
