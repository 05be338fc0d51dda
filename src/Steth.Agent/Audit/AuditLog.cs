using System.Text.Json;
using Microsoft.Extensions.Logging;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Audit;

/// <summary>
/// Who asked what of this agent and what came of it, one JSON line a call: in files that are rotated, or in the agent's log. What cannot
/// be written (a full disk) is kept in memory, the newest lines of it, and written when that is possible again.
/// </summary>
public sealed class AuditLog
{
    /// <summary>The word for "in the agent's log", which systemd's journal keeps.</summary>
    public const string Journal = "journal";

    /// <summary>Bytes of a file before it is rotated.</summary>
    public const long FileBytes = 10_000_000;

    /// <summary>Files in all.</summary>
    public const int Files = 5;

    /// <summary>Lines kept in memory that are in no file.</summary>
    public const int LinesInMemory = 1000;

    private readonly Lock _gate = new();
    private readonly Queue<byte[]> _kept = new();
    private readonly AuditFiles? _files;
    private readonly string _place;
    private readonly ILogger _log;
    private string? _fault;
    private long _lost;

    /// <summary>Writes to a place; nothing is opened before the first line.</summary>
    /// <param name="place">An absolute path, or <see cref="Journal"/>.</param>
    /// <param name="log">Gets the lines for the journal, and is told when a file cannot be written.</param>
    /// <param name="fileBytes">Bytes of a file before it is rotated.</param>
    public AuditLog(string place, ILogger log, long fileBytes = FileBytes)
    {
        _place = place;
        _log = log;
        _files = place == Journal ? null : new AuditFiles(place, fileBytes, Files);
    }

    /// <summary>Writes an entry. Never throws for a disk.</summary>
    public void Write(AuditEntry entry)
    {
        // JSON escapes what would end a line or do things to a terminal: all control characters, and all that is not ASCII.
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(entry, AgentOperations.AuditRead.EventType), (byte)'\n'];
        lock (_gate)
        {
            if (_kept.Count == LinesInMemory)
            {
                _kept.Dequeue();
                _lost++;
            }
            _kept.Enqueue(line);
            if (_files is not null)
                Flush(_files);
            else
                _log.LogInformation("audit {Entry}", System.Text.Encoding.UTF8.GetString(line.AsSpan(..^1)));
        }
    }

    /// <summary>The newest entries that match, oldest first, and what is to be said of the rest.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public (IReadOnlyCollection<AuditEntry> Entries, AuditReadResult Result) Read(
        Func<AuditEntry, bool> wanted, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        IReadOnlyList<FileStream> files;
        byte[][] kept;
        string? problem;
        long lost;
        lock (_gate)
        {
            files = _files?.OpenAll() ?? [];
            kept = [.. _kept];
            lost = _files is null ? 0 : _lost;
            problem = _files is null
                ? $"The audit goes to the journal: here are the newest {LinesInMemory} calls at most; all are in "
                    + "'journalctl -u steth-agent'."
                : _fault is null ? null : $"{_fault} {kept.Length} entries are kept in memory, {lost} are lost.";
        }
        var newest = new Queue<AuditEntry>();
        var (matched, unreadable) = (0, 0);
        try
        {
            foreach (var file in files)
            {
                using var reader = new StreamReader(file);
                while (reader.ReadLine() is { } line)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Take(Parse(System.Text.Encoding.UTF8.GetBytes(line)));
                }
            }
        }
        finally
        {
            foreach (var file in files)
                file.Dispose();
        }
        foreach (var line in kept)
            Take(Parse(line));
        return (newest, new AuditReadResult { Matched = matched, Unreadable = unreadable, Lost = lost, Problem = problem });

        void Take(AuditEntry? entry)
        {
            if (entry is null)
            {
                unreadable++;
                return;
            }
            if (!wanted(entry))
                return;
            matched++;
            newest.Enqueue(entry);
            if (newest.Count > limit)
                newest.Dequeue();
        }
    }

    private void Flush(AuditFiles files)
    {
        try
        {
            while (_kept.TryPeek(out var line))
            {
                files.Append(line);
                _kept.Dequeue();
            }
            if (_fault is not null)
                _log.LogWarning("the audit is written to {Place} again; {Lost} entries were lost", _place, _lost);
            _fault = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var isNew = _fault is null;
            _fault = $"The audit cannot be written to {_place}: {e.Message.TrimEnd('.')}.";
            if (isNew)
            {
                _log.LogError(
                    "{Fault} The newest {Lines} entries are kept in memory until it can; make room or set 'audit'.", _fault, LinesInMemory);
            }
        }
    }

    private static AuditEntry? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, AgentOperations.AuditRead.EventType);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
