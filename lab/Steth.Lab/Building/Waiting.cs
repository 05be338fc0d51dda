using System.Globalization;

namespace Steth.Lab.Building;

/// <summary>Waits for what a daemon says in its log; a file tells nobody when it grows.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until the log of a daemon holds a text.</summary>
    /// <param name="what">For the error: <c>the agent on comp1</c>.</param>
    /// <param name="process">The daemon; when it ends, waiting ends.</param>
    /// <param name="logFile">What it writes to.</param>
    /// <param name="text">What it says when it is ready.</param>
    /// <param name="deadline">How long it may take.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <exception cref="LabException">It ended, or said nothing in time; the log's last line is in the message.</exception>
    public static async Task ForAsync(string what, int process, string logFile, string text, TimeSpan deadline, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(deadline);
        try
        {
            while (!Read(logFile).Contains(text, StringComparison.Ordinal))
            {
                if (!IsAlive(process) && !Read(logFile).Contains(text, StringComparison.Ordinal))
                    throw new LabException($"{what} ended before it was ready; it said: {LastLine(logFile)}");
                await Task.Delay(Pause, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new LabException($"{what} was not ready within {deadline.TotalSeconds:0} s ('{text}' is missing); it said: {LastLine(logFile)}");
        }
    }

    private static string Read(string logFile) => File.Exists(logFile) ? File.ReadAllText(logFile) : "";

    private static string LastLine(string logFile) =>
        Read(logFile).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "nothing";

    private static bool IsAlive(int process)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return stat[(stat.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
