using System.Buffers.Binary;
using Steth.Contracts.Operations;
using Steth.Packets.Addresses;
using Steth.Packets.Ethernet;
using Steth.Packets.Probe;

namespace Steth.Agent.Kernel.VlanProbing;

/// <summary>
/// Which VLANs' probes of whom were seen, in bits: a frame costs no memory. For one thread; read when that has ended.
/// </summary>
public sealed class VlanProbeCounts
{
    /// <summary>The most probes that are kept of those that changed their VLAN.</summary>
    public const int MostMoved = 8192;

    private const int WordsOfOne = VlanSet.Numbers / 64;
    private const int AddressesLength = 2 * MacAddress.Length;

    private static readonly VlanProbeKind[] _kinds = Enum.GetValues<VlanProbeKind>();

    private readonly uint _mark;
    private readonly int _senders;
    private readonly ulong[] _seen;
    private readonly ulong[] _moved = new ulong[2 * MostMoved];
    private int _movedCount;
    private int _missing;

    /// <summary>What counts of so many senders take in memory.</summary>
    public static long Bytes(int senders) => sizeof(ulong) * ((long)senders * _kinds.Length * WordsOfOne + 2 * MostMoved);

    /// <summary>Counts of a run.</summary>
    /// <param name="mark">Its mark.</param>
    /// <param name="expected">Whose probes are expected here; others are not counted.</param>
    /// <param name="senders">Sender numbers are below this.</param>
    public VlanProbeCounts(uint mark, IReadOnlyList<VlanSender> expected, int senders)
    {
        ArgumentNullException.ThrowIfNull(expected);
        _mark = mark;
        _senders = senders;
        _seen = new ulong[senders * _kinds.Length * WordsOfOne];
        _missing = expected.SelectMany(sender => sender.Probes).Sum(probes => probes.Vlans.Count);
    }

    /// <summary>As many different probes were seen as are expected.</summary>
    public bool IsComplete => _missing <= 0;

    /// <summary>Takes a frame from its Ethernet header on, tags in place; anything that is no probe of the run is ignored.</summary>
    public void Take(ReadOnlySpan<byte> frame)
    {
        int at = AddressesLength, tags = 0, outer = VlanSet.Untagged;
        while (frame.Length >= at + VlanTag.Length && VlanTag.IsTag((EtherType)BinaryPrimitives.ReadUInt16BigEndian(frame[at..])))
        {
            if (tags++ == 0)
                outer = BinaryPrimitives.ReadUInt16BigEndian(frame[(at + 2)..]) & 0xfff;
            at += VlanTag.Length;
        }
        if (frame.Length < at + 2 || (EtherType)BinaryPrimitives.ReadUInt16BigEndian(frame[at..]) != EtherType.Probe
            || !VlanProbeMessage.TryParse(frame[(at + 2)..], out var probe) || probe.Mark != _mark || probe.Sender >= _senders
            || probe.Kind >= _kinds.Length || probe.Vlan >= VlanSet.Numbers)
            return;
        var whole = (VlanProbeKind)probe.Kind != VlanProbeKind.DoubleTagged || tags > 1;
        if (outer != probe.Vlan || !whole)
        {
            AddMoved(probe, outer);
            return;
        }
        ref var word = ref _seen[((probe.Sender * _kinds.Length) + probe.Kind) * WordsOfOne + (probe.Vlan >> 6)];
        var bit = 1UL << (probe.Vlan & 63);
        if ((word & bit) == 0)
            _missing--;
        word |= bit;
    }

    /// <summary>The probes that were seen as they were sent, by sender and kind.</summary>
    public IReadOnlyList<VlanSighting> Seen()
    {
        var sightings = new List<VlanSighting>();
        for (var sender = 0; sender < _senders; sender++)
        {
            foreach (var kind in _kinds)
            {
                var words = _seen.AsSpan((sender * _kinds.Length + (int)kind) * WordsOfOne, WordsOfOne);
                if (words.ContainsAnyExcept(0UL))
                    sightings.Add(new VlanSighting { Sender = sender, Kind = kind, Vlans = VlanSet.OfBits(words) });
            }
        }
        return sightings;
    }

    /// <summary>The probes that were seen in another VLAN than they were sent in, or with a tag less.</summary>
    public IReadOnlyList<VlanMoved> Moved() =>
    [
        .. _moved.Where(key => key != 0).Order().Select(key => new VlanMoved
        {
            Sender = (int)(key >> 32 & 0xffff),
            Kind = (VlanProbeKind)(key >> 24 & 0xff),
            SentIn = (int)(key >> 12 & 0xfff),
            ArrivedIn = (int)(key & 0xfff),
        }),
    ];

    // An open hash table of numbers: it never grows.
    private void AddMoved(VlanProbeMessage probe, int arrivedIn)
    {
        var key = 1UL << 63 | (ulong)probe.Sender << 32 | (ulong)probe.Kind << 24 | (ulong)probe.Vlan << 12 | (uint)arrivedIn;
        for (var slot = (int)(key * 0x9e3779b97f4a7c15 >> 40) % _moved.Length; _moved[slot] != key; slot = (slot + 1) % _moved.Length)
        {
            if (_moved[slot] != 0)
                continue;
            if (_movedCount == MostMoved)
                return;
            _movedCount++;
            _moved[slot] = key;
            return;
        }
    }
}
