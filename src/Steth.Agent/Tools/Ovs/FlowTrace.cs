using System.Globalization;
using System.Text.RegularExpressions;
using Steth.Contracts.OpenFlow;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tools.Ovs;

/// <summary>Reads what <c>ovs-appctl ofproto/trace</c> prints (ovs-vswitchd(8)).</summary>
/// <remarks>
/// The output is a tree written with four blanks a level. Of the children of a node all but the last stand one level deeper than their
/// base, and their own children's base is two deeper; the last and its children stay at the base (ofproto/ofproto-dpif-trace.c). So an
/// odd level is that of a node with brothers to come, and actions and remarks, always at an odd level, belong to the newest node of their
/// base.
/// After a conntrack lookup the rest follows as a section of its own, between lines of <c>=</c>.
/// </remarks>
public static partial class FlowTrace
{
    /// <summary>Reads a whole trace.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static OvsTraceResult Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tree = new Tree();
        string? flow = null;
        var datapath = new List<string>();
        var summing = false;
        foreach (var line in text.Split('\n').Select(l => l.TrimEnd()))
        {
            if (line.StartsWith("Flow: ", StringComparison.Ordinal))
                flow ??= line["Flow: ".Length..];
            else if (line.StartsWith("Final flow: ", StringComparison.Ordinal))
                summing = true;
            else if (line.StartsWith("Datapath actions: ", StringComparison.Ordinal))
                datapath.Add(line["Datapath actions: ".Length..]);
            else if (line.StartsWith("Translation failed", StringComparison.Ordinal))
                tree.Remark(line);
            else if (line.StartsWith("recirc(", StringComparison.Ordinal) || line.StartsWith("====", StringComparison.Ordinal))
            {
                summing = false;
                tree.Resume(line);
            }
            else if (!summing && line.Length > 0)
                tree.Take(line);
        }
        if (flow is null || datapath.Count == 0)
            throw new FormatException("ovs-appctl printed something else than the trace of a flow.");
        return new OvsTraceResult { Steps = tree.Steps, Flow = flow, DatapathActions = Output(datapath) };
    }

    // A section that only hands the packet to conntrack and back puts nothing out.
    private static string Output(List<string> sections)
    {
        var putting = sections.Where(s => ActionList.Split(s).Any(a => !HandOver().IsMatch(a))).ToList();
        return putting.Count == 0 ? "drop" : string.Join(',', putting);
    }

    [GeneratedRegex(@"^(drop|ct\(.*|ct_clear|recirc\(.*|)$")]
    private static partial Regex HandOver();

    [GeneratedRegex(@"^bridge\(""(.+)""\)$")]
    private static partial Regex BridgeLine();

    [GeneratedRegex(@"^([0-9]{1,3})(?:\([^)]*\))?\. (.*)$")]
    private static partial Regex TableLine();

    [GeneratedRegex(@"^(?:(?<match>.*), )?priority (?<priority>[0-9]{1,5})(?:, cookie (?<cookie>0x[0-9a-f]+))?$")]
    private static partial Regex FlowLine();

    [GeneratedRegex(@"^(?:->|>>>>|>>) ?(?<words>.*?)(?: <<<<)?$")]
    private static partial Regex RemarkLine();

    /// <summary>The nodes that are open while a section is read.</summary>
    private sealed class Tree
    {
        private readonly List<Step> _steps = [];
        private readonly Stack<(int Base, string Bridge, Step? Step)> _open = new();
        private string? _resumed;

        public IReadOnlyList<OvsTraceStep> Steps => [.. _steps.Select(s => s.Done())];

        public void Resume(string line)
        {
            _open.Clear();
            if (line[0] != '=')
                _resumed = line;
        }

        public void Remark(string words)
        {
            if (_steps.Count > 0)
                _steps[^1].Remarks.Add(words);
        }

        public void Take(string line)
        {
            var words = line.TrimStart();
            // What underlines a bridge stands for no node.
            if (words.Trim('-').Length == 0)
                return;
            var level = (line.Length - words.Length) / 4;
            var own = level - level % 2;
            while (_open.TryPeek(out var node) && node.Base > own)
                _open.Pop();
            var childBase = level + level % 2;
            if (BridgeLine().Match(words) is { Success: true } bridge)
                _open.Push((childBase, bridge.Groups[1].Value, null));
            else if (!_open.TryPeek(out var owner))
                return;
            else if (TableLine().Match(words) is { Success: true } table)
                _open.Push((childBase, owner.Bridge, Open(owner.Bridge, level, table)));
            else if (RemarkLine().Match(words) is { Success: true } remark)
                owner.Step?.Remarks.Add(remark.Groups["words"].Value);
            else
                owner.Step?.Actions.Add(words);
        }

        private Step Open(string bridge, int depth, Match table)
        {
            var flow = FlowLine().Match(table.Groups[2].Value);
            var step = new Step(new OvsTraceStep
            {
                Bridge = bridge,
                Table = int.Parse(table.Groups[1].Value, CultureInfo.InvariantCulture),
                Depth = depth,
                Match = flow.Success ? flow.Groups["match"].Value : null,
                Priority = flow.Success ? int.Parse(flow.Groups["priority"].Value, CultureInfo.InvariantCulture) : null,
                Cookie = !flow.Success ? null : flow.Groups["cookie"].Success ? flow.Groups["cookie"].Value : "0x0",
                Actions = [],
                Remarks = [],
            });
            if (_resumed is { } resumed)
                step.Remarks.Add(resumed);
            _resumed = null;
            if (!flow.Success && table.Groups[2].Value != "No match.")
                step.Remarks.Add(table.Groups[2].Value);
            _steps.Add(step);
            return step;
        }
    }

    private sealed record Step(OvsTraceStep Facts)
    {
        public List<string> Actions { get; } = [];

        public List<string> Remarks { get; } = [];

        // Behind ct() a drop is printed when nothing else follows it here: the packet goes on after its lookup.
        public OvsTraceStep Done() => Facts with
        {
            Actions = Actions.Exists(a => a != "drop") ? Actions.FindAll(a => a != "drop") : ["drop"],
            Remarks = Remarks,
        };
    }
}
