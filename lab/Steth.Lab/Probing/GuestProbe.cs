using System.Globalization;
using Steth.Lab.Guests;
using Steth.Lab.Hosts;
using Steth.Lab.Plan;
using Steth.Lab.Processes;
using Steth.Lab.State;

namespace Steth.Lab.Probing;

/// <summary>What a VM's own user sees: the guest itself tries, and the outside tries its floating IP.</summary>
internal sealed class GuestProbe(LabPlan plan, LabState state, Launcher launcher)
{
    /// <summary>Enough for the guest's own deadline to come first.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    private const int SmallPacket = 84;

    /// <summary>How long one attempt lasts; each sends again five times a second.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(900);

    /// <summary>Tries everything that applies to a port, all at once; what is wrong by symptom, null when it works.</summary>
    public async Task<IReadOnlyList<(string Symptom, string? Wrong)>> TryAsync(PortPlan port, CancellationToken ct)
    {
        var lease = AskAsync(port, ct, "lease", $"{plan.DhcpPort(port.Network).Address}");
        return await Task.WhenAll(Symptom.Of(port).Select(async symptom => (symptom, await (symptom switch
        {
            Symptom.NoIp => lease,
            Symptom.NoGateway => PingAsync(port, $"{port.Network.Gateway}", SmallPacket, ct),
            Symptom.NoInternet => PingAsync(port, $"{LabPlan.Internet}", SmallPacket, ct),
            Symptom.NoFloatingIp => FloatingIpAsync(port, ct),
            Symptom.NoMetadata => MetadataAsync(port, lease, ct),
            Symptom.NoPeer => BothWaysAsync(port, SmallPacket, ct),
            _ => BothWaysAsync(port, port.Network.Mtu, ct),
        }))));
    }

    private Task<string?> PingAsync(PortPlan port, string target, int size, CancellationToken ct) =>
        AskAsync(port, ct, "ping", target, size.ToString(CultureInfo.InvariantCulture));

    private async Task<string?> BothWaysAsync(PortPlan port, int size, CancellationToken ct)
    {
        var peer = plan.Peer(port);
        var back = PingAsync(peer, $"{port.Address}", size, ct);
        return await PingAsync(port, $"{peer.Address}", size, ct) ?? (await back is { } wrong ? $"from {peer.Name}: {wrong}" : null);
    }

    /// <summary>A VM takes its routes from its lease: with a fresh one when it can get it, else with what it has.</summary>
    private async Task<string?> MetadataAsync(PortPlan port, Task<string?> lease, CancellationToken ct)
    {
        await lease;
        return await AskAsync(port, ct, "metadata");
    }

    private async Task<string?> FloatingIpAsync(PortPlan port, CancellationToken ct)
    {
        try
        {
            var host = new LabHost(plan.Host("ext"), state.HostProcesses["ext"], launcher);
            var said = await host.RunAsync(
                ["ping", "-n", "-c", "2", "-i", "0.2", "-W", Patience.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture),
                    $"{port.FloatingIp}"], ct);
            // A guest sends the request's time to live back: 64 is the router's own answer, for an address that leads nowhere.
            return said.Contains(" ttl=64 ", StringComparison.Ordinal) ? "the router itself answers" : null;
        }
        catch (LabException)
        {
            return "no echo reply";
        }
    }

    private async Task<string?> AskAsync(PortPlan port, CancellationToken ct, params string[] words)
    {
        var socket = $"/proc/{state.HostProcesses[port.Host]}/root{GuestControl.SocketOf(plan.Name)}";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience + Margin);
        var answer = await GuestControl.AskAsync(socket, GuestControl.Line(port.Name, Patience, words), limit.Token);
        return answer == GuestControl.Worked ? null : answer;
    }
}
