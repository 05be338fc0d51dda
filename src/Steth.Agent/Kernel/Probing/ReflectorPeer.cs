using System.Net;
using Steth.Contracts.Operations;

namespace Steth.Agent.Kernel.Probing;

/// <summary>What a reflector heard of one peer.</summary>
internal sealed class ReflectorPeer(IPAddress address)
{
    private const int MaxSequence = 1 << 16;

    private ulong[] _seen = new ulong[1];
    private long _highest = -1;
    private int _received;
    private int _duplicates;
    private int _reordered;

    /// <summary>Probes answered; a duplicate is answered again, but counted once.</summary>
    public int Answered { get; private set; }

    /// <summary>Probes not answered by this host's own doing.</summary>
    public int Refused { get; set; }

    /// <summary>Probes answered after a prober may have given up.</summary>
    public int Late { get; set; }

    /// <summary>Anything was heard of it.</summary>
    public bool IsHeard => _received > 0;

    /// <summary>Bytes that must be added to remember that a probe came.</summary>
    public int GrowthFor(uint sequence) => sizeof(ulong) * (WordsFor(sequence) - _seen.Length);

    /// <summary>A probe came.</summary>
    /// <returns>False when it came before.</returns>
    public bool Take(uint sequence)
    {
        var at = (int)(sequence % MaxSequence);
        if (at / 64 >= _seen.Length)
            Array.Resize(ref _seen, WordsFor(sequence));
        ref var word = ref _seen[at / 64];
        var bit = 1UL << at % 64;
        if ((word & bit) != 0)
        {
            _duplicates++;
            return false;
        }
        word |= bit;
        _received++;
        if (sequence < _highest)
            _reordered++;
        else
            _highest = sequence;
        return true;
    }

    /// <summary>A probe that had not come before was answered.</summary>
    public void CountAnswer() => Answered++;

    private int WordsFor(uint sequence) =>
        (int)(sequence % MaxSequence) / 64 is var word && word < _seen.Length ? _seen.Length : Math.Max(word + 1, 2 * _seen.Length);

    /// <summary>The counts so far.</summary>
    public ReflectorPeerCounts Counts() => new()
    {
        Peer = address,
        Received = _received,
        Answered = Answered,
        Duplicates = _duplicates,
        Reordered = _reordered,
        Refused = Refused,
        Late = Late,
    };
}
