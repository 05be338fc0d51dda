using System.Collections.Concurrent;
using System.Text.Json;
using Steth.Contracts;

namespace Steth.Agent.Operations.Inspecting;

/// <summary>Reads the parts of a whole at the same time and keeps why one could not be read.</summary>
internal sealed class InspectedParts
{
    private readonly ConcurrentDictionary<int, string> _problems = new();
    private int _asked;

    /// <summary>A sentence for each part that failed, in the order the parts were asked for; complete when all are.</summary>
    public IReadOnlyList<string> Problems => [.. _problems.OrderBy(p => p.Key).Select(p => p.Value)];

    /// <summary>Reads one part on a thread of its own.</summary>
    /// <param name="what">Begins the sentence: <c>The routes</c>.</param>
    /// <param name="read">Reads it; may block.</param>
    public Task<T?> ReadAsync<T>(string what, Func<T> read)
        where T : class => ReadAsync(what, () => Task.Run(read));

    /// <summary>Reads one part; null when it cannot be read.</summary>
    public async Task<T?> ReadAsync<T>(string what, Func<Task<T>> read)
        where T : class
    {
        var place = Interlocked.Increment(ref _asked);
        try
        {
            return await read();
        }
        catch (Exception e) when (e is OperationException or IOException or UnauthorizedAccessException or FormatException or JsonException)
        {
            _problems[place] = $"{what} could not be read: {e.Message}";
            return null;
        }
    }
}
