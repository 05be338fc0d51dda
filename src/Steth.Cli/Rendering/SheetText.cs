namespace Steth.Cli.Rendering;

/// <summary>Writes a sheet in the format asked for.</summary>
public static class SheetText
{
    /// <summary>Writes to <see cref="OutputStreams.Out"/>.</summary>
    public static void Write(Sheet sheet, OutputFormat format, OutputStreams streams)
    {
        ArgumentNullException.ThrowIfNull(sheet);
        ArgumentNullException.ThrowIfNull(streams);
        switch (format)
        {
            case OutputFormat.Json:
                JsonText.Write(sheet, streams.Out);
                break;
            case OutputFormat.Csv:
                CsvText.Write(sheet, streams.Out);
                break;
            case OutputFormat.Value:
                ValueText.Write(sheet, streams.Out);
                break;
            case OutputFormat.Yaml:
                YamlText.Write(sheet, streams.Out);
                break;
            default:
                TableText.Write(sheet, streams);
                break;
        }
        streams.Out.Flush();
    }
}
