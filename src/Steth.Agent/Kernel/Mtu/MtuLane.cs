namespace Steth.Agent.Kernel.Mtu;

/// <summary>
/// The search for one target: which sizes to send when, and what follows from what came back. Knows no socket and no clock.
/// </summary>
/// <remarks>
/// It goes in rounds of some sizes between the largest that passed and the smallest that did not, each round in waves: a small packet, the
/// control, and every size not answered yet. A wave says something only when its control was answered; a size is too large when it was
/// lost in <see cref="Waves"/> such waves. A larger one that passed shows that it is not. In the end the size above the largest that passed
/// is tried in <see cref="LastWaves"/> more waves: what mere loss made of it is undone then.
/// </remarks>
internal sealed class MtuLane
{
    /// <summary>IP packets of this many bytes are the control.</summary>
    public const int ControlSize = 128;

    private const int Waves = 3;
    private const int LastWaves = 5;
    private const int SizesARound = 6;
    private const int MostRestarts = 3;
    private const int MostMuteWaves = 5; // one after the other

    /// <summary>A packet that was sent together with the control may come this much later than it.</summary>
    private static readonly TimeSpan LeastGrace = TimeSpan.FromMilliseconds(30);

    private readonly int _ceiling;
    private readonly TimeSpan _timeout;

    /// <summary>Sizes of the round that are neither answered nor given up, with the waves that each was lost in.</summary>
    private readonly SortedDictionary<int, int> _open = [];

    /// <summary>What is left to send of the wave.</summary>
    private readonly Queue<int> _wave = new();

    private int _low;
    private int _high;
    private bool _isLast;
    private int _restarts;
    private int _muteWaves;
    private TimeSpan _sentAt;
    private TimeSpan? _controlSentAt;
    private TimeSpan? _controlAnsweredAt;

    /// <summary>Begins a search.</summary>
    /// <param name="ceiling">The largest size that can be sent.</param>
    /// <param name="timeout">How long to wait for the control.</param>
    public MtuLane(int ceiling, TimeSpan timeout)
    {
        _ceiling = Math.Max(ceiling, ControlSize);
        _high = _ceiling + 1;
        _timeout = timeout;
        Open([_ceiling]);
        BeginWave();
    }

    /// <summary>Nothing more is to be sent.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The largest size that passed; null: none did.</summary>
    public int? Passed => _low > 0 ? _low : null;

    /// <summary>The smallest that did not; null: all did.</summary>
    public int? Failed => _high <= _ceiling ? _high : null;

    /// <summary>Packets sent.</summary>
    public int Sent { get; private set; }

    /// <summary>Why nothing was found, or what was said of a size.</summary>
    public string? Reason { get; private set; }

    /// <summary>When there may be something to do, unless an answer comes before.</summary>
    public TimeSpan WakeAt => _wave.Count > 0 ? TimeSpan.Zero : _controlAnsweredAt is { } heard ? heard + Grace : _sentAt + _timeout;

    private TimeSpan Grace =>
        _controlAnsweredAt - _controlSentAt is { } roundTrip && 4 * roundTrip > LeastGrace ? 4 * roundTrip : LeastGrace;

    /// <summary>The size to send now; null: there is nothing to send yet.</summary>
    public int? NextSize(TimeSpan now)
    {
        if (_wave.Count == 0 && !IsDone)
            EndWave(now);
        return _wave.TryPeek(out var size) ? size : null;
    }

    /// <summary>What <see cref="NextSize"/> told was sent.</summary>
    public void CountSent(TimeSpan now)
    {
        if (_wave.Dequeue() == ControlSize)
            _controlSentAt ??= now;
        _sentAt = now;
        Sent++;
    }

    /// <summary>A packet of this size was answered, however late.</summary>
    public void Answered(int size, TimeSpan sentAt, TimeSpan now)
    {
        if (IsDone)
            return;
        // One of an earlier wave says nothing about this one.
        if (size == ControlSize && sentAt >= _controlSentAt)
            _controlAnsweredAt ??= now;
        // What was taken for too large for want of an answer may be none; where one size passes, the next may as well.
        if (size > _low && (_isLast || size >= _high))
            _high = _ceiling + 1;
        _low = Math.Max(_low, size);
        Close(s => s <= _low);
        if (_low == _ceiling)
            End(null);
    }

    /// <summary>Somebody said that a packet of this size is too large: a router, or this host's kernel.</summary>
    /// <param name="size">The size.</param>
    /// <param name="reason">Who said what; null: this host, and it is no news.</param>
    public void TooLarge(int size, string? reason)
    {
        if (IsDone || size <= _low)
            return;
        _high = Math.Min(_high, size);
        Reason = reason ?? Reason;
        Close(s => s >= _high);
    }

    /// <summary>It is no use.</summary>
    public void End(string? reason)
    {
        IsDone = true;
        Reason = reason ?? Reason;
        _wave.Clear();
    }

    private void EndWave(TimeSpan now)
    {
        if (_open.Count > 0)
        {
            if (now < WakeAt)
                return;
            CountLost();
            if (IsDone)
                return;
        }
        if (_open.Count == 0)
            BeginRound();
        if (!IsDone)
            BeginWave();
    }

    private void CountLost()
    {
        if (_controlAnsweredAt is null)
        {
            if (++_muteWaves >= MostMuteWaves)
                End(_low > 0 ? "small packets went unanswered meanwhile" : $"packets of {ControlSize} bytes are not answered");
            return;
        }
        _muteWaves = 0;
        foreach (var size in _open.Keys.ToArray())
            _open[size]++;
        var needed = _isLast ? LastWaves : Waves;
        var lost = _open.Where(s => s.Value >= needed).Select(s => s.Key).DefaultIfEmpty(_high).Min();
        _high = Math.Min(_high, lost);
        Close(s => s >= _high);
    }

    private void BeginRound()
    {
        var low = Math.Max(_low, ControlSize);
        if (_high - low > 1)
        {
            _isLast = false;
            var sizes = Math.Min(SizesARound, _high - low - 1);
            Open(Enumerable.Range(1, sizes).Select(i => low + (int)((long)(_high - low) * i / (sizes + 1))));
            return;
        }
        if (_isLast || _restarts == MostRestarts || _high > _ceiling)
        {
            End(null);
            return;
        }
        _restarts++;
        _isLast = true;
        Open([_high]);
        // It is to be tried, so it is not known to be too large any more.
        _high++;
    }

    private void BeginWave()
    {
        (_controlSentAt, _controlAnsweredAt) = (null, null);
        _wave.Enqueue(ControlSize);
        foreach (var size in _open.Keys)
            _wave.Enqueue(size);
        // Where something was lost the control may get lost as well.
        if (Sent > 0)
            _wave.Enqueue(ControlSize);
    }

    private void Open(IEnumerable<int> sizes)
    {
        foreach (var size in sizes)
            _open.TryAdd(size, 0);
    }

    private void Close(Func<int, bool> isDecided)
    {
        foreach (var size in _open.Keys.Where(isDecided).ToArray())
            _open.Remove(size);
    }
}
