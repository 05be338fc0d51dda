using System.Globalization;
using System.Security.Cryptography;
using Steth.Agent.Leases;
using Steth.Agent.Tools;
using Steth.Contracts;
using Steth.Contracts.Names;

namespace Steth.Agent.Kernel.Injection;

/// <summary>
/// Sends frames so that a device receives them. On a tap that is where the guest's own frames enter: qbr's iptables rules, Open
/// vSwitch's in_port and tag all apply, and the guest sees nothing of it, while a frame sent on the tap would go to the guest.
/// </summary>
/// <remarks>
/// A veth pair for the time of the sending: what is sent on its outer end arrives at the inner one, whose clsact ingress filter
/// (tc-mirred(8), ingress redirect) hands it to the device as if received there. u32 matching everything, since some kernels lack the
/// matchall classifier. The pair is a lease: deleted on disposal, when the call is lost, and by the next start after a crash.
/// </remarks>
public sealed class GuestInjection : IAsyncDisposable
{
    /// <summary>What names of our veth ends begin with.</summary>
    public const string NamePrefix = "stethi";

    // The largest a veth takes; the device redirected to has the last word on a frame's size.
    private const int Mtu = 65535;

    private readonly LeaseBook _leases;
    private readonly string _lease;
    private readonly FrameSocket _socket;

    private GuestInjection(LeaseBook leases, string lease, FrameSocket socket)
    {
        _leases = leases;
        _lease = lease;
        _socket = socket;
    }

    /// <summary>Prepares the way into a device.</summary>
    /// <param name="device">The device that is to receive.</param>
    /// <param name="inside">Its namespace; null: the agent's own.</param>
    /// <param name="longest">Longest time it will be needed; the lease.</param>
    /// <param name="tools">Runs ip and tc.</param>
    /// <param name="leases">Undoes it when nobody does.</param>
    /// <param name="cancellationToken">Ends with the caller.</param>
    /// <exception cref="OperationException">
    /// NoSuchDevice; PermissionDenied; ToolMissing; ToolFailed when the kernel has no veth, clsact, u32 or mirred.
    /// </exception>
    public static async Task<GuestInjection> OpenAsync(
        DeviceName device,
        NamespaceName? inside,
        TimeSpan longest,
        IToolRunner tools,
        LeaseBook leases,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tools);
        ArgumentNullException.ThrowIfNull(leases);
        if (!Devices.Exists(device, inside))
            throw Devices.Missing(device, inside);
        var outer = RandomName();
        var inner = RandomName();
        var undo = new DeviceUndo { Name = DeviceName.Parse(outer), Namespace = inside, Index = DeviceUndo.NewIndex() };
        var lease = await leases.GrantAsync($"injection into {device}", longest, undo, MakeAsync, cancellationToken);
        try
        {
            return new GuestInjection(leases, lease, FrameSocket.Open(undo.Name, inside));
        }
        catch
        {
            await leases.ReleaseAsync(lease, CancellationToken.None);
            throw;
        }

        async Task MakeAsync(CancellationToken token)
        {
            // The outer end comes up last: a veth whose peer is up has its carrier, and so its queue, at once.
            await BatchAsync("ip", inside, tools, token,
                $"link add name {outer} index {undo.Index} mtu {Mtu} type veth peer name {inner} mtu {Mtu}",
                $"link set dev {outer} alias {OwnerAlias.Own}",
                $"link set dev {inner} alias {OwnerAlias.Own}",
                $"link set dev {outer} addrgenmode none",
                $"link set dev {inner} addrgenmode none",
                $"link set dev {inner} up",
                $"link set dev {outer} up");
            await BatchAsync("tc", inside, tools, token,
                $"qdisc add dev {inner} clsact",
                $"filter add dev {inner} ingress protocol all u32 match u32 0 0 action mirred ingress redirect dev {device}");
        }
    }

    /// <summary>Lets the device receive one frame, from its Ethernet header on, a VLAN tag in place.</summary>
    /// <exception cref="OperationException">ToolFailed with the kernel's words.</exception>
    public void Send(ReadOnlySpan<byte> frame) => _socket.Send(frame);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _leases.ReleaseAsync(_lease, CancellationToken.None);
    }

    private static string RandomName() => NamePrefix + RandomNumberGenerator.GetHexString(8, lowercase: true);

    private static async Task BatchAsync(
        string program, NamespaceName? inside, IToolRunner tools, CancellationToken cancellationToken, params string[] commands)
    {
        var output = await tools.RunAsync(
            inside,
            new ToolCommand
            {
                Program = program,
                Arguments = ["-batch", "-"],
                Input = string.Join('\n', commands) + "\n",
            },
            cancellationToken);
        if (output.ExitCode == 0)
            return;
        var words = output.Stderr.Trim().ReplaceLineEndings(" ");
        var needs = program == "tc"
            ? "; a frame enters as received only where the kernel has the modules sch_ingress, cls_u32 and act_mirred."
            : "";
        throw words.Contains("Operation not permitted", StringComparison.Ordinal)
            ? new OperationException(OperationErrorCode.PermissionDenied,
                $"The agent may not make network devices {Devices.Where(inside)}; run it with CAP_NET_ADMIN.")
            : new OperationException(OperationErrorCode.ToolFailed,
                string.Create(CultureInfo.InvariantCulture, $"{program} refused {Devices.Where(inside)}: {words}{needs}"));
    }
}
