using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Steth.Agent.Kernel;
using Steth.Contracts;

namespace Steth.Agent.Leases;

/// <summary>
/// The leases of one life of the agent on disk: a file of its own in a folder that agents share, a line a lease. The file is there while
/// there are leases, is replaced in one step, and is locked (flock(2)) while its agent lives: who gets the lock knows that the agent is
/// no more. Nothing is synced: after a boot there is nothing to undo.
/// </summary>
public sealed class LeaseJournal : IDisposable
{
    /// <summary>Most leases at once.</summary>
    public const int Most = 1000;

    private const string Ending = ".leases";
    private const string Unfinished = ".new";
    private const int MostBytes = 16 << 20;

    private static readonly TimeSpan UnfinishedAge = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<JournalEntry> _entries = [];
    private readonly string _folder;
    private readonly string _path;
    private FileStream? _file;

    /// <summary>Names the folder; nothing is made before the first lease.</summary>
    /// <param name="folder">As a rule <c>/run/steth</c>.</param>
    /// <param name="time">The clock.</param>
    public LeaseJournal(string folder, TimeProvider time)
    {
        _time = time;
        _folder = folder;
        _path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture,
            $"agent-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}{Ending}"));
    }

    private static JournalHead Here => new()
    {
        Boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim(),
        Network = NetworkNamespace.Identity(null),
    };

    /// <summary>Writes a lease down.</summary>
    /// <param name="entry">The lease.</param>
    /// <param name="isOldest">It is older than all that are there.</param>
    /// <exception cref="OperationException">Busy: there are too many; ToolFailed: it cannot be written, so nothing may be made.</exception>
    public void Add(JournalEntry entry, bool isOldest = false)
    {
        lock (_lock)
        {
            if (_entries.Count >= Most)
                throw new OperationException(OperationErrorCode.Busy, $"This host has {Most} leases already; wait until some end.");
            _entries.Insert(isOldest ? 0 : _entries.Count, entry);
            try
            {
                Replace();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _entries.Remove(entry);
                throw new OperationException(OperationErrorCode.ToolFailed,
                    $"Nothing was changed, for how to undo it cannot be written down in {_folder} on this host: {e.Message.TrimEnd('.')}; "
                    + "make room there, or name another folder with --state-dir.", e);
            }
        }
    }

    /// <summary>
    /// Strikes a lease out. Where there is no room for a new file the old one is shortened: a line that stayed would undo what was to stay.
    /// </summary>
    public void Remove(string leaseId)
    {
        lock (_lock)
        {
            if (_entries.RemoveAll(e => e.LeaseId == leaseId) == 0)
                return;
            try
            {
                Replace();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Shorten();
            }
        }
    }

    /// <summary>
    /// Undoes what the journals of agents that are no more name: those of this boot and this network namespace, youngest lease first.
    /// A journal goes when all of it is undone.
    /// </summary>
    /// <param name="undo">Undoes one, or takes it over; false: neither, and it is to be tried again by the next start.</param>
    /// <param name="unreadable">Told of a journal, or a line of one, that says nothing: its path.</param>
    /// <returns>What needs no other try.</returns>
    public async Task<IReadOnlyList<string>> RecoverAsync(Func<JournalEntry, Task<bool>> undo, Action<string> unreadable)
    {
        ArgumentNullException.ThrowIfNull(undo);
        ArgumentNullException.ThrowIfNull(unreadable);
        var undone = new List<string>();
        foreach (var path in Files(Ending))
        {
            try
            {
                using var file = Abandoned(path);
                if (file is null || Read(file, path, unreadable) is not { } entries)
                    continue;
                var all = true;
                foreach (var entry in entries)
                {
                    if (await undo(entry))
                        undone.Add(entry.Covers);
                    else
                        all = false;
                }
                if (all)
                    File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                unreadable(path);
            }
        }
        ForgetUnfinished();
        return undone;
    }

    /// <summary>Lets go of the file; with lines left in it, it is for the next life.</summary>
    public void Dispose()
    {
        lock (_lock)
            _file?.Dispose();
    }

    private string[] Files(string ending) => Directory.Exists(_folder) ? Directory.GetFiles(_folder, "agent-*" + ending) : [];

    /// <summary>The journal with its lock; null: its agent lives, or has just replaced or removed it.</summary>
    private static FileStream? Abandoned(string path)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
        var target = File.ResolveLinkTarget($"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}", returnFinalTarget: false);
        if (target is not null && !target.FullName.EndsWith(" (deleted)", StringComparison.Ordinal))
            return file;
        file.Dispose();
        return null;
    }

    /// <summary>The entries, youngest first; null: they are another network namespace's.</summary>
    private static List<JournalEntry>? Read(FileStream file, string path, Action<string> unreadable)
    {
        var buffer = new byte[Math.Min(file.Length, MostBytes)];
        file.ReadExactly(buffer);
        var lines = Encoding.UTF8.GetString(buffer).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var here = Here;
        var entries = new List<JournalEntry>();
        try
        {
            var head = lines.Length == 0 ? null : JsonSerializer.Deserialize(lines[0], JournalJson.Default.JournalHead);
            if (head?.Boot == here.Boot && head.Network != here.Network)
                return null;
            if (head?.Boot != here.Boot)
                return entries;
        }
        catch (JsonException)
        {
            unreadable(path);
            return entries;
        }
        foreach (var line in lines.Skip(1))
        {
            try
            {
                var entry = JsonSerializer.Deserialize(line, JournalJson.Default.JournalEntry);
                if (entry is { Undo.IsWhole: true })
                    entries.Insert(0, entry);
                else
                    unreadable(path);
            }
            catch (Exception e) when (e is JsonException or NotSupportedException or FormatException)
            {
                unreadable(path);
            }
        }
        return entries;
    }

    /// <summary>Writes all lines anew beside the journal and puts them in its place.</summary>
    private void Replace()
    {
        if (_entries.Count == 0)
        {
            File.Delete(_path);
            _file?.Dispose();
            _file = null;
            return;
        }
        Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var next = new FileStream(_path + Unfinished, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        try
        {
            next.Write(Lines());
            File.Move(_path + Unfinished, _path, overwrite: true);
        }
        catch
        {
            next.Dispose();
            File.Delete(_path + Unfinished);
            throw;
        }
        _file?.Dispose();
        _file = next;
    }

    /// <summary>Writes all lines over those in the file, which are more, and so needs no room.</summary>
    private void Shorten()
    {
        if (_file is not { } file)
            return;
        try
        {
            file.Position = 0;
            file.Write(Lines());
            file.SetLength(file.Position);
        }
        catch (IOException)
        {
            // The next change tries again.
        }
    }

    private byte[] Lines()
    {
        var text = new StringBuilder(JsonSerializer.Serialize(Here, JournalJson.Default.JournalHead)).Append('\n');
        foreach (var entry in _entries)
            text.Append(JsonSerializer.Serialize(entry, JournalJson.Default.JournalEntry)).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>What an agent wrote that was killed before it could put it in its place; it had made nothing yet.</summary>
    private void ForgetUnfinished()
    {
        foreach (var path in Files(Ending + Unfinished).Where(p => _time.GetUtcNow() - File.GetLastWriteTimeUtc(p) > UnfinishedAge))
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The next start tries again.
            }
        }
    }
}
