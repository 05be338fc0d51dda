using System.Diagnostics;

namespace Steth.Agent.Kernel.Probing;

/// <summary>So many a second: a bucket that holds the answers of a second and fills steadily.</summary>
internal sealed class AnswerPace(int perSecond)
{
    private double _left = perSecond;
    private long _filledAt = Stopwatch.GetTimestamp();

    /// <summary>Takes one.</summary>
    /// <returns>False when there is none left.</returns>
    public bool Take()
    {
        if (_left < 1)
        {
            var now = Stopwatch.GetTimestamp();
            _left = Math.Min(perSecond, _left + perSecond * Stopwatch.GetElapsedTime(_filledAt, now).TotalSeconds);
            _filledAt = now;
            if (_left < 1)
                return false;
        }
        _left--;
        return true;
    }
}
