using System.Text.Json.Nodes;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Compat;

/// <summary>ping.</summary>
internal sealed class PingMethod(Dispatcher dispatcher)
{
    /// <summary>
    /// {ip: packet loss in %}, under the text the caller used. Where no probe could leave, nothing arrived: 100, and the message says why.
    /// </summary>
    public async Task<CompatAnswer> PingAsync(CompatParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        var seconds = parameters.Number("timeout", 2);
        if (seconds is < 1 or > 60)
            throw parameters.Refuse("timeout", "1-60 seconds");
        var ping = new PingParams
        {
            Targets = parameters.Addresses("ips"),
            Broadcast = parameters.Flag("boardcast", false),
            Count = parameters.Number("count", 2),
            TimeoutMs = seconds * 1000,
            Interface = parameters.ParseOptional<DeviceName>("interface"),
        };
        var result = await dispatcher.InvokeAsync(AgentOperations.Ping, ping, call, cancellationToken);
        var loss = new JsonObject();
        foreach (var (ip, target) in parameters.Texts("ips").Zip(result.Targets))
            loss[ip] = target.LossPercent ?? 100;
        var reasons = result.Targets.Where(t => t.Reason is not null).Select(t => $"{t.Destination}: {t.Reason}");
        return new CompatAnswer(0, string.Join("; ", reasons), loss);
    }
}
