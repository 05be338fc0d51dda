using System.Globalization;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Controller.Agents;
using Steth.Diagnosis.Readiness.Vlans;
using Steth.Packets.Addresses;

namespace Steth.Controller.Checks;

/// <summary>One round of a VLAN check: all listen, then all send, then all tell.</summary>
internal sealed class VlanRun(AgentCalls calls, VlanRequest request, uint mark, int copy, IReadOnlyList<VlanEnd> ends)
{
    private readonly VlanRound _round = new(ends.Count);
    private readonly Lock _lock = new();

    /// <summary>The longest full-size probe that was sent, in bytes; null: none was.</summary>
    public int? FullSizeBytes { get; private set; }

    /// <summary>Runs it.</summary>
    /// <param name="probes">What each node sends, by number.</param>
    /// <param name="say">Gets what goes on.</param>
    /// <param name="settle">How long to wait for the last frames where not all that is expected was seen.</param>
    /// <param name="cancellationToken">Ends it; the agents stop then.</param>
    public async Task<VlanRound> RunAsync(
        IReadOnlyList<IReadOnlyList<VlanProbes>> probes, Action<string> say, TimeSpan settle, CancellationToken cancellationToken)
    {
        VlanEnd[] probed = [.. ends.Where(end => end.IsProbed)];
        VlanSender[] senders =
        [
            .. probed.Where(end => probes[end.Number].Count > 0)
                .Select(end => new VlanSender { Sender = end.Number, Probes = probes[end.Number] }),
        ];
        var most = senders.Max(sender => sender.Probes.Sum(kind => kind.Vlans.Count));
        var pps = Math.Max(1, Math.Min(request.Pps, VlanCheck.MostPpsInAll / senders.Length));
        var takes = TimeSpan.FromSeconds((double)most / pps);
        say(string.Create(CultureInfo.InvariantCulture, $"listening on {probed.Length} nodes"));
        var listeners = await Task.WhenAll(probed.Select(end => ListenAsync(end, senders, takes, cancellationToken)));
        try
        {
            Note(probed, listeners);
            say(copy == 0
                ? string.Create(CultureInfo.InvariantCulture, $"sending {most} probes from each of {senders.Length} nodes")
                : string.Create(CultureInfo.InvariantCulture, $"sending again what did not arrive, {copy}"));
            await Task.WhenAll(senders.Where(sender => ends[sender.Sender].IsProbed)
                .Select(sender => SendAsync(sender, pps, takes, cancellationToken)));
            await SettleAsync(listeners, settle, cancellationToken);
            var heard = await Task.WhenAll(listeners.Select(listener => listener.EndAsync(cancellationToken)));
            Note(probed, listeners);
            foreach (var (end, result) in probed.Zip(heard))
                Take(end, result);
            return _round;
        }
        finally
        {
            await Task.WhenAll(listeners.Select(listener => listener.DisposeAsync().AsTask()));
        }
    }

    private Task<VlanListener> ListenAsync(VlanEnd end, VlanSender[] senders, TimeSpan takes, CancellationToken cancellationToken) =>
        VlanListener.StartAsync(calls, end.Node, new VlanListenParams
        {
            Device = end.Device,
            Mark = mark,
            CaptureId = Guid.NewGuid(),
            Senders = senders,
            Own = senders.Any(sender => sender.Sender == end.Number) ? end.Number : null,
            // It is ended when all have sent; this is for the case that nobody can end it any more.
            Seconds = (int)Math.Clamp(Math.Ceiling((takes + 3 * calls.Timeout).TotalSeconds), 1, 3600),
        }, cancellationToken);

    private async Task SendAsync(VlanSender sender, int pps, TimeSpan takes, CancellationToken cancellationToken)
    {
        var end = ends[sender.Sender];
        try
        {
            var parameters = new VlanSendParams
            {
                Device = end.Device,
                Mark = mark,
                Sender = end.Number,
                Probes = sender.Probes,
                Copy = copy,
                Pps = pps,
            };
            if (request.DoubleTag is { } outer)
                parameters.OuterTag = outer;
            var sent = await calls.CallAsync(end.Node, AgentOperations.VlanSend, parameters, takes, cancellationToken);
            lock (_lock)
            {
                foreach (var kind in sender.Probes)
                    _round.AddSent(end.Number, kind.Kind, kind.Vlans);
                if (sent.FullSizeBytes is { } bytes)
                    FullSizeBytes = Math.Max(FullSizeBytes ?? 0, bytes);
            }
        }
        catch (AgentException e)
        {
            end.Take(e);
            lock (_lock)
                _round.AddSendProblem(end.Number, e.Message);
        }
    }

    private async Task SettleAsync(IReadOnlyList<VlanListener> listeners, TimeSpan settle, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(listeners.Select(listener => listener.Completion)).WaitAsync(settle, calls.Time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Somebody misses something: what is still on its way then counts as lost, and is sent again.
        }
    }

    private void Note(IReadOnlyList<VlanEnd> probed, IReadOnlyList<VlanListener> listeners)
    {
        foreach (var (end, listener) in probed.Zip(listeners))
        {
            if (listener.Failure is not { } failure)
                continue;
            end.Take(failure);
            _round.AddListenProblem(end.Number, failure.Message);
        }
    }

    private void Take(VlanEnd end, VlanListenResult? result)
    {
        if (result is null)
            return;
        if (!IsSane(result))
        {
            _round.AddListenProblem(end.Number, "Its agent told of senders or VLANs that do not exist.");
            return;
        }
        foreach (var sighting in result.Arrived)
            _round.AddArrived(sighting.Sender, end.Number, sighting.Kind, sighting.Vlans);
        foreach (var sighting in result.Left)
            _round.AddLeft(sighting.Sender, end.Number, sighting.Kind, sighting.Vlans);
        foreach (var move in result.Moved)
            _round.Moved.Add(new VlanMove(move.Sender, end.Number, move.Kind, move.SentIn, move.ArrivedIn));
        _round.AddDropped(end.Number, result.Dropped);
        if (result.Problem is { } problem)
            _round.AddListenProblem(end.Number, problem);
    }

    private bool IsSane(VlanListenResult result) =>
        result.Arrived.Concat(result.Left).All(sighting => sighting is not null && IsSender(sighting.Sender))
        && result.Moved.All(move => move is not null && IsSender(move.Sender) && IsVlan(move.SentIn) && IsVlan(move.ArrivedIn));

    private bool IsSender(int number) => number >= 0 && number < ends.Count;

    private static bool IsVlan(int number) => number is >= 0 and < VlanSet.Numbers - 1;
}
