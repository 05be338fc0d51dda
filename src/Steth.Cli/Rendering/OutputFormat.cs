namespace Steth.Cli.Rendering;

/// <summary>How a command's data is written (<c>-f</c>).</summary>
public enum OutputFormat
{
    /// <summary>For a reader.</summary>
    Table,

    /// <summary>An array of objects, or one object.</summary>
    Json,

    /// <summary>RFC 4180 with a header line.</summary>
    Csv,

    /// <summary>Values separated by blanks, no header.</summary>
    Value,

    /// <summary>A sequence of mappings, or one mapping.</summary>
    Yaml,
}
