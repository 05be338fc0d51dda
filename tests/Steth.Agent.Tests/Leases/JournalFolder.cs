using Steth.Agent.Leases;

namespace Steth.Agent.Tests.Leases;

/// <summary>A folder of journals of a test's own.</summary>
internal sealed class JournalFolder : IDisposable
{
    public JournalFolder() => Journal = Another();

    public string Path { get; } = Directory.CreateTempSubdirectory("steth-journal-").FullName;

    /// <summary>The first agent's.</summary>
    public LeaseJournal Journal { get; }

    /// <summary>Its only file.</summary>
    public string File => Directory.GetFiles(Path).ShouldHaveSingleItem();

    /// <summary>Another agent's, or its next life's.</summary>
    public LeaseJournal Another() => new(Path, TimeProvider.System);

    public void Dispose()
    {
        Journal.Dispose();
        Directory.Delete(Path, recursive: true);
    }
}
