namespace Steth.Cli.Rendering;

/// <summary>What a cell holds, as JSON and YAML tell types apart.</summary>
public enum CellKind
{
    /// <summary>Not measured, or not applicable.</summary>
    Absent,

    /// <summary>A string.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number with a fraction.</summary>
    Real,

    /// <summary>true or false.</summary>
    Flag,

    /// <summary>A list of strings.</summary>
    List,
}
