using System.Collections.Concurrent;
using Steth.OpenStack;

namespace Steth.Controller.Intents;

/// <summary>Questions of which each may fail by itself: what was not answered is null and noted.</summary>
internal sealed class PartialAnswers
{
    private readonly ConcurrentQueue<string> _notes = new();

    /// <summary>A sentence a question that failed.</summary>
    public IReadOnlyList<string> Notes => [.. _notes.Distinct()];

    /// <summary>Adds a sentence.</summary>
    public void Note(string sentence) => _notes.Enqueue(sentence);

    /// <summary>Asks; null when it failed.</summary>
    /// <param name="what">What is missing then: <c>the DHCP ports</c>.</param>
    /// <param name="question">The question.</param>
    public async Task<T?> TryAsync<T>(string what, Task<T> question)
        where T : class
    {
        try
        {
            return await question;
        }
        catch (OpenStackException e)
        {
            _notes.Enqueue($"Neutron did not tell {what}, the diagnosis goes on without: {e.Message}");
            return null;
        }
    }
}
