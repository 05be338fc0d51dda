namespace Steth.Fuzz.Tests;

/// <summary>Something that reads what others wrote.</summary>
/// <param name="Name">Names it, and its folder of kept inputs.</param>
/// <param name="Weight">How many of all inputs it gets, beside the others.</param>
/// <param name="Corpus">What it reads in life: recorded where it can be.</param>
/// <param name="Read">Reads an input; throws only what <paramref name="IsRefusal"/> knows.</param>
/// <param name="IsRefusal">Whether an exception is the documented one.</param>
internal sealed record FuzzTarget(
    string Name, int Weight, IReadOnlyList<byte[]> Corpus, Action<byte[]> Read, Func<Exception, bool> IsRefusal);
