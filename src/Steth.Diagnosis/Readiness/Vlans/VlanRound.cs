using Steth.Contracts.Operations;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Readiness.Vlans;

/// <summary>One repetition: everybody listened, everybody sent what was still in question.</summary>
public sealed class VlanRound
{
    /// <summary>The kinds of probes.</summary>
    public static IReadOnlyList<VlanProbeKind> Kinds { get; } = Enum.GetValues<VlanProbeKind>();

    private readonly int _nodes;
    private readonly VlanSet[] _sent;
    private readonly VlanSet[] _arrived;
    private readonly VlanSet[] _left;
    private readonly string?[] _sendProblems;
    private readonly string?[] _listenProblems;
    private readonly long[] _dropped;
    private readonly Dictionary<VlanSet, VlanSet> _sets = [];

    /// <summary>An empty round of some nodes: nothing was sent, nobody listened.</summary>
    public VlanRound(int nodes)
    {
        _nodes = nodes;
        _sent = Fill(nodes * Kinds.Count);
        _arrived = Fill(nodes * nodes * Kinds.Count);
        _left = Fill(nodes * nodes * Kinds.Count);
        _sendProblems = new string?[nodes];
        _listenProblems = new string?[nodes];
        _dropped = new long[nodes];
    }

    /// <summary>Probes that arrived in another VLAN than the one they were sent in.</summary>
    public IList<VlanMove> Moved { get; } = [];

    /// <summary>The VLANs in which a node sent probes of a kind, as its kernel says.</summary>
    public VlanSet Sent(int node, VlanProbeKind kind) => _sent[node * Kinds.Count + (int)kind];

    /// <summary>Those of a sender's probes that arrived at a node as they were sent.</summary>
    public VlanSet Arrived(int sender, int receiver, VlanProbeKind kind) => _arrived[Place(sender, receiver, kind)];

    /// <summary>Those of a sender's probes that were seen leaving by a node's NIC: the sender's own, or one that shares it.</summary>
    public VlanSet Left(int sender, int listener, VlanProbeKind kind) => _left[Place(sender, listener, kind)];

    /// <summary>Why a node could not send, or not everything; null: it could.</summary>
    public string? SendProblem(int node) => _sendProblems[node];

    /// <summary>Why a node's listening means nothing; null: it does.</summary>
    public string? ListenProblem(int node) => _listenProblems[node];

    /// <summary>Frames a node's kernel dropped while it listened.</summary>
    public long Dropped(int node) => _dropped[node];

    /// <summary>A node is known to have listened: nothing went wrong, nothing was dropped, and it saw its own probes leave.</summary>
    public bool Listened(int node) =>
        _listenProblems[node] is null && _dropped[node] == 0 && Kinds.Any(kind => !Left(node, node, kind).IsEmpty);

    /// <summary>Notes what a node sent.</summary>
    public void AddSent(int node, VlanProbeKind kind, VlanSet vlans) => _sent[node * Kinds.Count + (int)kind] = Shared(vlans);

    /// <summary>Notes what arrived at a node.</summary>
    public void AddArrived(int sender, int receiver, VlanProbeKind kind, VlanSet vlans) =>
        _arrived[Place(sender, receiver, kind)] = Shared(vlans);

    /// <summary>Notes what was seen leaving by a node's NIC.</summary>
    public void AddLeft(int sender, int listener, VlanProbeKind kind, VlanSet vlans) =>
        _left[Place(sender, listener, kind)] = Shared(vlans);

    /// <summary>Notes that a node could not send.</summary>
    public void AddSendProblem(int node, string problem) => _sendProblems[node] = problem;

    /// <summary>Notes that a node could not listen.</summary>
    public void AddListenProblem(int node, string problem) => _listenProblems[node] = problem;

    /// <summary>Notes frames that a node's kernel dropped.</summary>
    public void AddDropped(int node, long frames) => _dropped[node] = frames;

    private int Place(int sender, int receiver, VlanProbeKind kind) => (receiver * _nodes + sender) * Kinds.Count + (int)kind;

    // Most pairs have the same set: one copy of it does for all.
    private VlanSet Shared(VlanSet vlans) => _sets.TryGetValue(vlans, out var same) ? same : _sets[vlans] = vlans;

    private static VlanSet[] Fill(int count)
    {
        var sets = new VlanSet[count];
        Array.Fill(sets, VlanSet.Empty);
        return sets;
    }
}

/// <summary>A probe that changed its VLAN on the way.</summary>
/// <param name="Sender">Who sent it.</param>
/// <param name="Receiver">Where it arrived.</param>
/// <param name="Kind">How it was made.</param>
/// <param name="SentIn">The VLAN it was sent in; 0: untagged.</param>
/// <param name="ArrivedIn">The outermost VLAN it arrived in; 0: untagged; the same when only the inner of two tags was lost.</param>
public sealed record VlanMove(int Sender, int Receiver, VlanProbeKind Kind, int SentIn, int ArrivedIn);
