using System.Reflection;

namespace Steth.Cli.Commands;

/// <summary>Which release this is.</summary>
public static class ProductVersion
{
    /// <summary><c>steth 0.1.0</c>.</summary>
    public static string Text { get; } =
        $"steth {typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion}";
}
