#pragma warning disable RS0030 // this class is the lab's one place that writes to the console
namespace Steth.Lab.Output;

/// <summary>The lab's console: data on stdout, everything else on stderr.</summary>
internal static class LabConsole
{
    /// <summary>Writes data.</summary>
    public static void Data(string text) => Console.Out.Write(text.EndsWith('\n') ? text : text + "\n");

    /// <summary>Tells the user something.</summary>
    public static void Say(string text) => Console.Error.WriteLine(text);
}
