using System.Security.Cryptography;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Checks;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Verdicts;
using Steth.Packets.Addresses;

namespace Steth.Controller.Collection;

/// <summary>
/// Proves for each direction whether a VLAN's frames cross between the same NIC of two nodes (<c>check-vlan-interface</c>).
/// </summary>
/// <remarks>
/// Where an agent may make a kernel VLAN device, probes leave by it and are received by it; where not, tagged frames are crafted on the
/// NIC.
/// In both cases the NIC is listened on at both ends, so that leaving and arriving are seen apart. Untagged probes are the control.
/// </remarks>
public sealed class VlanCheck(AgentCalls calls)
{
    /// <summary>Captures are ended as soon as the probes have come or had their time; this is for agents that are slow.</summary>
    private const int ListenSeconds = 10;

    private const int Probes = 3;
    private const int ProbeIntervalMs = 100;

    /// <summary>The offset of what follows a vlan clause shifts for all clauses after it (pcap-filter(7)), so it comes last.</summary>
    private const string Filter = "ether proto 0x88b5 or (vlan and ether proto 0x88b5)";

    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);

    /// <summary>Sends probes both ways at once and judges each way. Whatever it made on the nodes is taken away again.</summary>
    /// <returns>First A to B, then B to A. An agent that is silent makes both UNKNOWN; nothing is thrown for it.</returns>
    public async Task<VlanCheckResult> RunAsync(Node a, Node b, DeviceName nic, VlanId vlan, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        await using var leases = new LeaseKeeper(calls);
        VlanEnd[] ends = await Task.WhenAll(LookAsync(a, nic, cancellationToken), LookAsync(b, nic, cancellationToken));
        if (ends.All(e => e.CanTry))
        {
            await Task.WhenAll(ends.Select(e => MakeDeviceAsync(e, vlan, leases, cancellationToken)));
            await ProbeAsync(ends, vlan, cancellationToken);
        }
        return new VlanCheckResult
        {
            Directions = [Judge(ends[0], ends[1], vlan), Judge(ends[1], ends[0], vlan)],
            Notes = [.. ends.Where(e => e.Capture is not null).Select(e => e.Proof())],
            Unreachable = [.. ends.Where(e => e.Unreachable is not null).Select(e => new Unreachable(e.Node.Name, e.Unreachable!))],
        };
    }

    private async Task<VlanEnd> LookAsync(Node node, DeviceName nic, CancellationToken cancellationToken)
    {
        var end = new VlanEnd { Node = node, Nic = nic };
        try
        {
            var facts = await new DeviceCommands(calls).GetInterfaceAsync(node, nic, null, cancellationToken);
            (end.AdminUp, end.Carrier, end.RxBefore) = (facts.AdminUp, facts.Carrier, facts.Counters?.RxPackets);
        }
        catch (AgentException e)
        {
            end.Silent = e.IsSilent ? e.Message : $"{end.Node.Name}: {e.Message}";
            end.Unreachable = e.IsSilent ? e.Message : null;
        }
        return end;
    }

    /// <summary>A refusal is no failure: the NIC may belong to a bridge, or the kernel may lack 802.1Q. Frames are crafted then.</summary>
    private async Task MakeDeviceAsync(VlanEnd end, VlanId vlan, LeaseKeeper leases, CancellationToken cancellationToken)
    {
        try
        {
            var made = await calls.CallAsync(
                end.Node,
                AgentOperations.VlanAdd,
                new VlanAddParams { Interface = end.Nic, VlanId = vlan, LeaseSeconds = calls.LeaseSeconds },
                cancellationToken);
            if (made.LeaseId is { } lease)
                leases.Hold(end.Node, lease, calls.LeaseSeconds);
            end.VlanDevice = DeviceName.TryParse(made.Interface, null, out var device) ? device : null;
        }
        catch (AgentException e)
        {
            end.VlanDeviceRefused = e.Message;
        }
    }

    private async Task ProbeAsync(VlanEnd[] ends, VlanId vlan, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(ends.Select(e => ListenAsync(e, cancellationToken)));
            await Task.WhenAll(ends.Select(e => SendAsync(e, vlan, cancellationToken)));
            var arrived = await Task.WhenAll(
                WaitAsync(ends[0], ends[1], vlan, cancellationToken), WaitAsync(ends[1], ends[0], vlan, cancellationToken));
            // Only a loss needs the counts of dropped frames.
            await Task.WhenAll(ends.Select(e => FinishAsync(e, withCounts: arrived.Contains(false))));
            if (arrived.Contains(false))
                await Task.WhenAll(ends.Select(e => CountAsync(e, cancellationToken)));
        }
        finally
        {
            foreach (var end in ends.Where(e => e.Capture is not null))
                await end.Capture!.DisposeAsync();
        }
    }

    private async Task ListenAsync(VlanEnd end, CancellationToken cancellationToken)
    {
        var nic = new CapturePoint { Device = end.Nic };
        try
        {
            end.Capture = await CaptureSession.StartAsync(
                calls,
                end.Node,
                new CaptureRunParams
                {
                    Points = end.VlanDevice is { } device ? [nic, new CapturePoint { Device = device }] : [nic],
                    Filter = Filter,
                    Seconds = ListenSeconds,
                },
                cancellationToken);
        }
        catch (AgentException e)
        {
            end.CaptureProblem = e.Message;
        }
    }

    private async Task SendAsync(VlanEnd end, VlanId vlan, CancellationToken cancellationToken)
    {
        var tagged = end.VlanDevice is { } device
            ? Probe(device, null, end.TaggedMark)
            : Probe(end.Nic, vlan, end.TaggedMark);
        var sends = await Task.WhenAll(
            SendAsync(end.Node, tagged, cancellationToken), SendAsync(end.Node, Probe(end.Nic, null, end.ControlMark), cancellationToken));
        end.SendProblem = sends[0];
        if (end.Capture is { Completion.IsCompleted: true })
            end.CaptureProblem = "the capture ended before all probes were sent";
    }

    private async Task<string?> SendAsync(Node node, FrameSendParams frame, CancellationToken cancellationToken)
    {
        try
        {
            await calls.CallAsync(
                node, AgentOperations.FrameSend, frame, TimeSpan.FromMilliseconds(Probes * ProbeIntervalMs), cancellationToken);
            return null;
        }
        catch (AgentException e)
        {
            return e.Message;
        }
    }

    private static FrameSendParams Probe(DeviceName device, VlanId? vlan, uint mark) =>
        new() { Device = device, Kind = FrameKind.Probe, VlanId = vlan, Mark = mark, Count = Probes, IntervalMs = ProbeIntervalMs };

    private static async Task<bool> WaitAsync(VlanEnd from, VlanEnd to, VlanId vlan, CancellationToken cancellationToken) =>
        to.Capture is not null && from.SendProblem is null
        && await to.Capture.WaitUntilAsync(frames => Arrived(frames, from, to, vlan) >= Probes, Settle, cancellationToken);

    private static async Task FinishAsync(VlanEnd end, bool withCounts)
    {
        if (end.Capture is not null)
            end.CaptureProblem ??= await end.Capture.FinishAsync(withCounts);
    }

    /// <summary>What else the NIC received meanwhile: a control where untagged frames may not cross by design.</summary>
    private async Task CountAsync(VlanEnd end, CancellationToken cancellationToken)
    {
        try
        {
            var facts = await new DeviceCommands(calls).GetInterfaceAsync(end.Node, end.Nic, null, cancellationToken);
            var probes = end.Capture?.Frames.Count(f => f is { Point: 0, Direction: FrameDirection.In });
            end.OtherFrames = facts.Counters?.RxPackets - end.RxBefore - probes;
        }
        catch (AgentException)
        {
            // Not measured: the verdict then does without it.
        }
    }

    private static VlanDirectionResult Judge(VlanEnd from, VlanEnd to, VlanId vlan)
    {
        var left = from.Capture?.Frames ?? [];
        var arrived = to.Capture?.Frames ?? [];
        var verdict = VlanDirection.Judge(new VlanDirectionEvidence
        {
            Vlan = vlan.Value,
            Sender = from.Evidence(),
            Receiver = to.Evidence(),
            TaggedLeft = Count(left.Where(f => f is { Point: 0, Direction: FrameDirection.Out } && f.Frame.Vlan == vlan), from.TaggedMark),
            TaggedArrived = Arrived(arrived, from, to, vlan),
            OtherTags = [.. OnNic(arrived, from.TaggedMark).Where(f => f.Frame.Vlan != vlan)
                .Select(f => (int?)f.Frame.Vlan?.Value).Distinct()],
            UntaggedLeft = Count(left.Where(f => f is { Point: 0, Direction: FrameDirection.Out }), from.ControlMark),
            UntaggedArrived = Count(OnNic(arrived, from.ControlMark), from.ControlMark),
            ReceiverSawItself = arrived.Any(f => f is { Point: 0, Direction: FrameDirection.Out } && IsOf(f, to)),
            OtherFramesArrived = to.OtherFrames,
            OtherDirectionWorks = Arrived(left, to, from, vlan) > 0,
        });
        return new VlanDirectionResult(vlan, from.Node.Name, to.Node.Name, verdict.State, verdict.Reason);
    }

    private static int Arrived(IReadOnlyList<SeenFrame> frames, VlanEnd from, VlanEnd to, VlanId vlan) => Count(
        frames.Where(
            f => f.Direction == FrameDirection.In && (f.Point == 0 ? f.Frame.Vlan == vlan : to.VlanDevice is not null)), from.TaggedMark);

    private static IEnumerable<SeenFrame> OnNic(IReadOnlyList<SeenFrame> frames, uint mark) =>
        frames.Where(f => f is { Point: 0, Direction: FrameDirection.In } && f.Frame.Probe?.Mark == mark);

    private static bool IsOf(SeenFrame frame, VlanEnd end) =>
        frame.Frame.Probe is { } probe && (probe.Mark == end.TaggedMark || probe.Mark == end.ControlMark);

    private static int Count(IEnumerable<SeenFrame> frames, uint mark) =>
        frames.Where(f => f.Frame.Probe?.Mark == mark).Select(f => f.Frame.Probe!.Value.Sequence).Distinct().Count();

    /// <summary>One of the two nodes, as far as the check has come.</summary>
    private sealed class VlanEnd
    {
        public required Node Node { get; init; }

        public required DeviceName Nic { get; init; }

        public uint TaggedMark { get; } = (uint)RandomNumberGenerator.GetInt32(int.MaxValue);

        public uint ControlMark { get; } = (uint)RandomNumberGenerator.GetInt32(int.MaxValue);

        public string? Silent { get; set; }

        public string? Unreachable { get; set; }

        public bool? AdminUp { get; set; }

        public bool? Carrier { get; set; }

        public long? RxBefore { get; set; }

        public long? OtherFrames { get; set; }

        public DeviceName? VlanDevice { get; set; }

        public string? VlanDeviceRefused { get; set; }

        public CaptureSession? Capture { get; set; }

        public string? SendProblem { get; set; }

        public string? CaptureProblem { get; set; }

        public bool CanTry => Silent is null && AdminUp != false && Carrier != false;

        public string Proof() => VlanDevice is { } device
            ? $"{Node.Name}: probes went through the kernel's VLAN device {device}."
            : $"{Node.Name}: tagged probes were crafted on {Nic}, because no VLAN device could be made: {VlanDeviceRefused}";

        public VlanEndEvidence Evidence() => new()
        {
            Host = Node.Name,
            Nic = Nic.ToString(),
            Silent = Silent,
            AdminUp = AdminUp,
            Carrier = Carrier,
            SendProblem = SendProblem,
            CaptureProblem = CaptureProblem,
        };
    }
}

/// <summary>What came of it.</summary>
public sealed record VlanCheckResult
{
    /// <summary>Both directions.</summary>
    public required IReadOnlyList<VlanDirectionResult> Directions { get; init; }

    /// <summary>How it was proved on each node; empty when nothing was sent.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Agents that did not answer.</summary>
    public required IReadOnlyList<Unreachable> Unreachable { get; init; }
}

/// <summary>One direction.</summary>
/// <param name="VlanId">The VLAN.</param>
/// <param name="From">Node that sent.</param>
/// <param name="To">Node that listened.</param>
/// <param name="State">What it came to.</param>
/// <param name="Reason">Why; null when it passed and there is nothing to add.</param>
public sealed record VlanDirectionResult(VlanId VlanId, string From, string To, CheckState State, string? Reason);
