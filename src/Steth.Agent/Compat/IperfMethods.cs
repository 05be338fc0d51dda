using System.Text.Json.Nodes;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Compat;

/// <summary>setup_iperf_server, teardown_iperf_server and start_iperf_client.</summary>
internal sealed class IperfMethods(Dispatcher dispatcher)
{
    /// <summary>Original clients know no leases and never renew; a server they forget ends after this.</summary>
    private const int LeaseSeconds = 3600;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, string> _leaseOf = [];
    private int _last;

    /// <summary>{pid}: a number of ours that stands for the lease; no process is ever found by it.</summary>
    public async Task<CompatAnswer> SetupIperfServerAsync(CompatParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        var serve = new IperfServeParams
        {
            Protocol = Protocol(parameters),
            Port = parameters.Number("port", 5001),
            WindowBytes = Amount(parameters, "window", 1024, "a size such as 64K"),
            LeaseSeconds = LeaseSeconds,
        };
        var served = await dispatcher.InvokeAsync(AgentOperations.IperfServe, serve, call, cancellationToken);
        var leases = await dispatcher.InvokeAsync(AgentOperations.LeaseList, new LeaseListParams(), call, cancellationToken);
        return CompatAnswer.Done(new JsonObject { ["pid"] = Number(served.LeaseId, leases) });
    }

    /// <summary>Ends the server such a number stands for.</summary>
    public async Task<CompatAnswer> TeardownIperfServerAsync(CompatParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        var number = parameters.Number("pid");
        string? leaseId;
        lock (_lock)
            _leaseOf.TryGetValue(number, out leaseId);
        if (leaseId is not null)
        {
            var release = new LeaseReleaseParams { LeaseId = leaseId };
            var ended = await dispatcher.InvokeAsync(AgentOperations.LeaseRelease, release, call, cancellationToken);
            lock (_lock)
                _leaseOf.Remove(number);
            if (ended.Released)
                return CompatAnswer.Done();
        }
        return CompatAnswer.Failed($"No iperf server with pid {number} was set up here, or it has ended.");
    }

    /// <summary>{Bandwidth, Transfer, Interval, server_ip} in iperf 2's words.</summary>
    public async Task<CompatAnswer> StartIperfClientAsync(CompatParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        var run = new IperfRunParams
        {
            Server = parameters.Address("host"),
            Protocol = Protocol(parameters),
            Seconds = parameters.Number("timeout", 5),
            Parallel = parameters.OptionalNumber("parallel"),
            BandwidthBps = Amount(parameters, "bandwidth", 1000, "a rate such as 100M"),
            Port = parameters.Number("port", 5001),
        };
        var result = await dispatcher.InvokeAsync(AgentOperations.IperfRun, run, call, cancellationToken);
        return CompatAnswer.Done(new JsonObject
        {
            ["Bandwidth"] = IperfText.Rate(result.BitsPerSecond),
            ["Transfer"] = IperfText.Amount(result.Bytes),
            ["Interval"] = IperfText.Interval(result.Seconds),
            ["server_ip"] = result.Server.ToString(),
        });
    }

    private int Number(string leaseId, LeaseListResult leases)
    {
        var alive = leases.Leases.Select(l => l.LeaseId).ToHashSet(StringComparer.Ordinal);
        lock (_lock)
        {
            foreach (var ended in _leaseOf.Where(l => !alive.Contains(l.Value)).Select(l => l.Key).ToArray())
                _leaseOf.Remove(ended);
            _leaseOf.Add(++_last, leaseId);
            return _last;
        }
    }

    private static IperfProtocol Protocol(CompatParams parameters) =>
        (parameters.OptionalText("protocol") ?? "TCP").ToUpperInvariant() switch
        {
            "TCP" => IperfProtocol.Tcp,
            "UDP" => IperfProtocol.Udp,
            _ => throw parameters.Refuse("protocol", "TCP or UDP"),
        };

    private static long? Amount(CompatParams parameters, string name, int step, string expected)
    {
        if (!parameters.Has(name))
            return null;
        return IperfText.TryParse(parameters.TextOrNumber(name), step, out var value) ? value : throw parameters.Refuse(name, expected);
    }
}
