namespace Steth.Diagnosis.Readiness.Bandwidth;

/// <summary>
/// Colours the edges of a graph so that those that meet differ, with at most one colour more than the most that meet in one node
/// (J. Misra, D. Gries: A constructive proof of Vizing's theorem, 1992).
/// </summary>
internal sealed class EdgeColouring
{
    private const int None = -1;

    private readonly int _colours;

    /// <summary>By node and colour: the node that the edge leads to.</summary>
    private readonly int[][] _ends;

    private EdgeColouring(int nodes, int colours)
    {
        _colours = colours;
        _ends = new int[nodes][];
        for (var node = 0; node < nodes; node++)
        {
            _ends[node] = new int[colours];
            Array.Fill(_ends[node], None);
        }
    }

    /// <summary>A colour for each pair, from 0; no pair may be there twice.</summary>
    public static IReadOnlyList<int> Of(IReadOnlyList<NodePair> pairs)
    {
        string[] names = [.. pairs.SelectMany(pair => (string[])[pair.One, pair.Other]).Distinct()];
        var number = names.Index().ToDictionary(name => name.Item, name => name.Index);
        var most = pairs.SelectMany(pair => (string[])[pair.One, pair.Other]).CountBy(name => name).Max(name => (int?)name.Value) ?? 0;
        var colouring = new EdgeColouring(names.Length, most + 1);
        foreach (var pair in pairs)
            colouring.Add(number[pair.One], number[pair.Other]);
        return [.. pairs.Select(pair => colouring.ColourOf(number[pair.One], number[pair.Other]))];
    }

    private void Add(int node, int end)
    {
        var fan = Fan(node, end);
        var (own, last) = (Free(node), Free(fan[^1]));
        Invert(node, last, own);
        // The inversion may have recoloured an edge of the fan: up to the first node that lacks the colour it is one still.
        var length = 0;
        while (!IsFree(fan[length], last))
            length++;
        for (var i = 0; i < length; i++)
        {
            var colour = ColourOf(node, fan[i + 1]);
            Set(node, fan[i + 1], None, colour);
            Set(node, fan[i], colour, None);
        }
        Set(node, fan[length], last, None);
    }

    /// <summary>Neighbours of a node of which each has free what the edge to the next is coloured with; as long as can be.</summary>
    private List<int> Fan(int node, int end)
    {
        var fan = new List<int> { end };
        while (Enumerable.Range(0, _colours).Where(c => IsFree(fan[^1], c)).Select(c => _ends[node][c])
            .Where(next => next != None && !fan.Contains(next)).Select(next => (int?)next).FirstOrDefault() is { } found)
            fan.Add(found);
        return fan;
    }

    /// <summary>Swaps two colours along the path of edges of these colours from a node, whose first edge has the first of them.</summary>
    private void Invert(int node, int first, int second)
    {
        var path = new List<int> { node };
        for (var (at, colour) = (node, first); _ends[at][colour] != None; colour = colour == first ? second : first)
        {
            at = _ends[at][colour];
            path.Add(at);
        }
        for (var i = 0; i + 1 < path.Count; i++)
            Set(path[i], path[i + 1], None, i % 2 == 0 ? first : second);
        for (var i = 0; i + 1 < path.Count; i++)
            Set(path[i], path[i + 1], i % 2 == 0 ? second : first, None);
    }

    private int Free(int node) => Array.IndexOf(_ends[node], None);

    private bool IsFree(int node, int colour) => _ends[node][colour] == None;

    private int ColourOf(int node, int end) => Array.IndexOf(_ends[node], end);

    private void Set(int node, int end, int colour, int insteadOf)
    {
        if (insteadOf != None)
            _ends[node][insteadOf] = _ends[end][insteadOf] = None;
        if (colour != None)
            (_ends[node][colour], _ends[end][colour]) = (end, node);
    }
}
