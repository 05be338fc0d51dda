using Steth.Agent.Kernel;
using Steth.Agent.Operations.Nics;
using Steth.Agent.Rpc;
using Steth.Agent.Tools;
using Steth.Agent.Tools.Ip;
using Steth.Agent.Tools.Lldp;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.NicInspect"/> out.</summary>
/// <remarks>
/// Nothing is read from /sys: it shows the namespace it was mounted in. ip(8) and ioctls are asked in the right one, and so is
/// /proc/thread-self/net.
/// </remarks>
public sealed class NicInspectHandler(IpTool ip, IToolRunner tools, TimeProvider time)
{
    private const int MostNics = 64;
    private const int MostSeconds = 30;
    private const int MostLldpSeconds = 35;

    /// <summary>Looks at the NICs.</summary>
    /// <exception cref="OperationException">
    /// InvalidParams, NoSuchDevice (the namespace), ToolMissing and ToolFailed of ip(8), Timeout. What else cannot be read is a result.
    /// </exception>
    public async Task<NicInspectResult> HandleAsync(NicInspectParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ParamsRange.Check("nics", parameters.Nics.Count, 1, MostNics);
        ParamsRange.Check("seconds", parameters.Seconds, 0, MostSeconds, " s");
        ParamsRange.Check("lldp_seconds", parameters.LldpSeconds, 0, MostLldpSeconds, " s");
        var inside = parameters.Namespace;
        var lldpd = inside is null ? await AskLldpdAsync(cancellationToken) : null;
        var start = time.GetTimestamp();
        var before = await ReadAsync(inside, cancellationToken);
        DeviceName[] nics = [.. parameters.Nics.Distinct()];
        DeviceName[] listened = parameters.LldpSeconds == 0 ? []
            : [.. nics.Where(n => before.Links.GetValueOrDefault(n.ToString()) is { AdminUp: true } && lldpd?[n.ToString()].Any() != true)];
        using var listen = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var listening = LldpListener.ListenAsync(listened, inside, TimeSpan.FromSeconds(parameters.LldpSeconds), time, listen.Token);
        try
        {
            Reading? after = null;
            if (parameters.Seconds > 0)
            {
                await Task.Delay(TimeSpan.FromSeconds(parameters.Seconds), time, cancellationToken);
                after = await ReadAsync(inside, cancellationToken);
            }
            var looked = after is null ? (int?)null : (int)time.GetElapsedTime(start).TotalMilliseconds;
            var facts = await OwnThread.RunAsync(() => NetworkNamespace.Run(inside, () => Kernel(nics, before, after)));
            var heard = await listening;
            return new NicInspectResult
            {
                Nics = [.. nics.Zip(facts, (name, nic) => WithNeighbours(name, nic, lldpd, heard, listened))],
                LookedMs = looked,
                Lldpd = lldpd is not null,
            };
        }
        catch
        {
            await listen.CancelAsync();
            throw;
        }
    }

    private static NicFacts[] Kernel(DeviceName[] nics, Reading before, Reading? after)
    {
        using var ethtool = new EthtoolSocket();
        return [.. nics.Select(name =>
        {
            if ((after ?? before).Links.GetValueOrDefault(name.ToString()) is not { } link)
                return new NicFacts { Name = name.ToString(), Exists = false };
            var nic = new NicFacts
            {
                Name = link.Name,
                Exists = true,
                Kind = link.Kind,
                Master = link.Master,
                AdminUp = link.AdminUp,
                Carrier = link.Carrier,
                Mtu = link.Mtu,
                Mac = link.Mac,
                Before = before.Counters.GetValueOrDefault(link.Name),
                After = after?.Counters.GetValueOrDefault(link.Name),
            };
            nic = DriverFacts.Add(nic, name, ethtool);
            return link.Kind == "bond" ? WithBond(nic) : nic;
        })];
    }

    private static NicFacts WithBond(NicFacts nic)
    {
        string? problem;
        try
        {
            if (BondingFile.Parse(BoundedFile.ReadText($"/proc/thread-self/net/bonding/{nic.Name}", BondingFile.MostBytes)) is { } bond)
                return nic with { Bond = bond };
            problem = "the kernel's words about it are not understood";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = e.Message;
        }
        return nic with { Unmeasured = [.. nic.Unmeasured, new NicUnmeasured { What = "bond", Reason = problem }] };
    }

    private static NicFacts WithNeighbours(
        DeviceName name, NicFacts nic, ILookup<string, LldpNeighbour>? lldpd, LldpListener.LldpHeard heard, DeviceName[] listened)
    {
        if (!nic.Exists)
            return nic;
        List<LldpNeighbour> neighbours = [.. lldpd?[nic.Name] ?? [], .. heard.Neighbours.GetValueOrDefault(name) ?? []];
        var refused = heard.Refused.GetValueOrDefault(name);
        return nic with
        {
            Lldp = neighbours,
            LldpAsked = neighbours.Count > 0 || lldpd is not null || (refused is null && listened.Contains(name)),
            Unmeasured = refused is null ? nic.Unmeasured
                : [.. nic.Unmeasured, new NicUnmeasured { What = "lldp", Reason = refused }],
        };
    }

    private async Task<Reading> ReadAsync(NamespaceName? inside, CancellationToken cancellationToken)
    {
        var text = await ip.RunAsync(inside, ["-j", "-d", "-s", "-s", "link", "show"], cancellationToken);
        try
        {
            var links = LinkJson.Parse(text).Select(l => l.Facts).DistinctBy(l => l.Name).ToDictionary(l => l.Name, StringComparer.Ordinal);
            return new Reading(links, LinkCountersJson.Parse(text));
        }
        catch (FormatException e)
        {
            throw new OperationException(OperationErrorCode.ToolFailed, $"The NICs of this host cannot be read: {e.Message}", e);
        }
    }

    // Null where lldpd is not installed or does not run.
    private async Task<ILookup<string, LldpNeighbour>?> AskLldpdAsync(CancellationToken cancellationToken)
    {
        if (tools.Find("lldpctl") is null)
            return null;
        try
        {
            var command = new ToolCommand { Program = "lldpctl", Arguments = ["-f", "json0"], Deadline = TimeSpan.FromSeconds(5) };
            var output = await tools.RunAsync(command, cancellationToken);
            return output.ExitCode == 0 ? LldpctlJson.Parse(output.Stdout) : null;
        }
        catch (OperationException)
        {
            return null;
        }
    }

    private sealed record Reading(IReadOnlyDictionary<string, InterfaceFacts> Links, IReadOnlyDictionary<string, NicCounters> Counters);
}
