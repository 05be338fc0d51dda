namespace Steth.Agent.Limits;

/// <summary>
/// So much of something that can be held at a time: in all, and by each holder. Whoever would exceed it is refused, never queued.
/// </summary>
/// <param name="most">What all hold together at most.</param>
/// <param name="mostEach">What one holds at most.</param>
public sealed class Quota(long most, long mostEach)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _held = new(StringComparer.Ordinal);
    private long _all;

    /// <summary>One whose holders are not told apart.</summary>
    public Quota(long most)
        : this(most, most)
    {
    }

    /// <summary>What all hold together at most.</summary>
    public long Most => most;

    /// <summary>What one holds at most.</summary>
    public long MostEach => mostEach;

    /// <summary>What is held now.</summary>
    public long Held
    {
        get
        {
            lock (_lock)
                return _all;
        }
    }

    /// <summary>Takes a part; what was taken is given back by the same holder.</summary>
    /// <returns>What it would exceed; nothing is then taken.</returns>
    public Shortage Take(long amount, string holder = "")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        lock (_lock)
        {
            var own = _held.GetValueOrDefault(holder);
            if (amount > most - _all)
                return Shortage.All;
            if (amount > mostEach - own)
                return Shortage.Own;
            _all += amount;
            _held[holder] = own + amount;
            return Shortage.None;
        }
    }

    /// <summary>Gives a part back.</summary>
    public void GiveBack(long amount, string holder = "")
    {
        if (amount == 0)
            return;
        lock (_lock)
        {
            _all -= amount;
            // A holder is forgotten with his last part, so that names do not pile up.
            if ((_held[holder] -= amount) == 0)
                _held.Remove(holder);
        }
    }
}

/// <summary>Which bound of a <see cref="Quota"/> would be exceeded.</summary>
public enum Shortage
{
    /// <summary>None.</summary>
    None,

    /// <summary>The holder's own.</summary>
    Own,

    /// <summary>The one of all together.</summary>
    All,
}
