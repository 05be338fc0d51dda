using System.Diagnostics;
using Steth.Agent.Kernel.Sockets;
using Steth.Agent.Limits;
using Steth.Contracts.Operations;
using Steth.Packets.Probe;

namespace Steth.Agent.Kernel.Probing;

/// <summary>Answers probes on all its points, on the thread that runs it.</summary>
internal sealed class Reflector : IDisposable
{
    private const int LongestDatagram = 65536;

    /// <summary>How long one wait in the kernel may last before it is looked whether it is to end.</summary>
    private const int LongestWaitMs = 50;

    private static readonly TimeSpan ProofTime = TimeSpan.FromMilliseconds(250);

    private readonly ulong _token;
    private readonly List<ReflectorSocket> _sockets = [];
    private readonly int[] _descriptors;
    private readonly AnswerPace _pace;
    private readonly IDisposable _place;
    private readonly byte[] _answer = new byte[LongestDatagram];

    /// <summary>
    /// What a reflector holds in memory from the beginning: the sockets' batches, the peers with their results. What it remembers of peers
    /// that send much comes on top as they do.
    /// </summary>
    public static long Bytes(ReflectorRunParams parameters) =>
        LongestDatagram + 20_000L * parameters.Points.Count + 600L * parameters.Points.Sum(p => (long)p.Peers.Count);

    /// <summary>Opens the sockets it can.</summary>
    /// <exception cref="Contracts.OperationException">Busy: as many sockets are open as may.</exception>
    public Reflector(ReflectorRunParams parameters)
    {
        _token = parameters.Token;
        _pace = new AnswerPace(parameters.Pps);
        // And the one that proves them.
        _place = ProbeRoom.Take(parameters.Points.Count + 1);
        try
        {
            var memory = CallMemory.Current;
            foreach (var point in parameters.Points)
                _sockets.Add(new ReflectorSocket(point, parameters.Token, memory));
        }
        catch
        {
            Dispose();
            throw;
        }
        _descriptors = [.. _sockets.Where(s => s.Socket is not null).Select(s => s.Socket!.Descriptor)];
    }

    /// <summary>Proves each point by a probe of this host's own. To be called before <see cref="Run"/>.</summary>
    public ReflectorListening Prove() => new() { Points = [.. _sockets.Select(s => s.State(s.Socket is not null && IsHeard(s)))] };

    /// <summary>Answers until it is ended.</summary>
    public ReflectorRunResult Run(CancellationToken ended)
    {
        var before = NeighbourTables.Full();
        while (!ended.IsCancellationRequested)
        {
            Polling.Wait(_descriptors, LongestWaitMs);
            Serve();
        }
        Serve();
        return new ReflectorRunResult
        {
            Points = [.. _sockets.Select(s => s.Counts())],
            NeighboursFull = NeighbourTables.Full() - before,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var socket in _sockets)
            socket.Dispose();
        _place.Dispose();
    }

    private void Serve()
    {
        foreach (var socket in _sockets)
            socket.Serve(_pace, _answer);
    }

    private bool IsHeard(ReflectorSocket point)
    {
        using var own = UdpSocket.Open(point.Address, 0, null, LongestDatagram);
        var greeting = new byte[ReflectedProbe.Length];
        new ReflectedProbe { Kind = ReflectedProbeKind.Greeting, Token = _token, Sequence = 0, Key = 0 }.Write(greeting);
        if (own.Send(greeting, KernelAddress.Of(point.Address, point.Socket!.Port)) != 0)
            return false;
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < ProofTime)
        {
            point.Serve(_pace, _answer);
            if (own.Receive() > 0)
                return true;
            Polling.Wait([own.Descriptor, point.Socket.Descriptor], 5);
        }
        return false;
    }
}
