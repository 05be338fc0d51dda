namespace Steth.Lab.Tests.Labs;

/// <summary>Tests that take time, or boot a guest with its one slow CPU: they run when all others have ended, beside nothing.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    /// <summary>The collection's name.</summary>
    public const string Name = "alone";
}
