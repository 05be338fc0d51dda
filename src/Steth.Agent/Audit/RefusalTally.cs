using System.Globalization;
using System.Net;
using Steth.Contracts.Operations;

namespace Steth.Agent.Audit;

/// <summary>
/// Writes down refusals of callers nobody knows, without letting them fill the disk: one line for the first of a minute, one for all others
/// of that minute with their number.
/// </summary>
public sealed class RefusalTally : IDisposable
{
    /// <summary>How long is counted before a line is written.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly AuditLog _audit;
    private readonly TimeProvider _time;
    private readonly string _prefix;
    private readonly ITimer _timer;
    private long _lines;
    private int _more;
    private string? _last;
    private string? _lastFrom;
    private DateTimeOffset _since;
    private bool _counting;

    /// <summary>Counts for one log.</summary>
    /// <param name="audit">Gets the lines.</param>
    /// <param name="time">Counts the minutes.</param>
    /// <param name="prefix">Of the lines' ids.</param>
    public RefusalTally(AuditLog audit, TimeProvider time, string prefix)
    {
        ArgumentNullException.ThrowIfNull(time);
        _audit = audit;
        _time = time;
        _prefix = prefix;
        _timer = time.CreateTimer(static tally => ((RefusalTally)tally!).Tell(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes a refusal.</summary>
    public void Refused(IPAddress? from, string reason)
    {
        lock (_gate)
        {
            if (!_counting)
            {
                _counting = true;
                _since = _time.GetUtcNow();
                _timer.Change(Span, Timeout.InfiniteTimeSpan);
                Write(from?.ToString(), reason);
                return;
            }
            _more++;
            (_last, _lastFrom) = (reason, from?.ToString());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        Tell();
    }

    private void Tell()
    {
        lock (_gate)
        {
            _counting = false;
            if (_more == 0)
                return;
            Write(_lastFrom, string.Create(CultureInfo.InvariantCulture, $"{_more} more refusals within a minute, the last: {_last}"));
            _more = 0;
        }
    }

    private void Write(string? from, string reason) => _audit.Write(new AuditEntry
    {
        At = _since,
        Id = string.Create(CultureInfo.InvariantCulture, $"{_prefix}-{++_lines}"),
        From = from,
        Outcome = AuditOutcome.Refused,
        Reason = reason,
        DurationMs = 0,
    });
}
