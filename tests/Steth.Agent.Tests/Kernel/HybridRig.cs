using Steth.Agent.Kernel.Pcap;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Tests.Kernel;

/// <summary>A hybrid plug as nova makes it: tap0 and qvb0 on qbr0, qvo0 at the other end of the veth pair; nic0 leads to a wire.</summary>
internal sealed class HybridRig : IDisposable
{
    private static readonly string[] _devices = ["tap0", "qbr0", "qvb0", "qvo0"];

    public HybridRig()
    {
        Scratch = new ScratchNamespace();
        Tap = new HeldTap("tap0", Scratch.Name);
        Scratch.AddVeth("qvb0", "qvo0");
        Scratch.AddVeth("nic0", "wire0");
        Scratch.Ip("link add qbr0 type bridge forward_delay 0 stp_state 0 mcast_snooping 0");
        foreach (var device in new[] { "qbr0", "tap0" })
            Scratch.Ip($"link set {device} addrgenmode none");
        Scratch.Ip("link set tap0 master qbr0");
        Scratch.Ip("link set qvb0 master qbr0");
        Scratch.Ip("link set tap0 up");
        Scratch.Ip("link set qbr0 up");
    }

    public ScratchNamespace Scratch { get; }

    public HeldTap Tap { get; }

    public LiveCapture Listen() => Listen(_devices);

    public LiveCapture Listen(params string[] devices) =>
        new([.. devices.Select(d => PcapDevice.Open(new CapturePoint { Device = DeviceName.Parse(d), Namespace = Scratch.Name }, new CaptureSettings { SnapLength = 1024 }))]);

    public static async Task<List<string>> SeenAsync(LiveCapture capture)
    {
        var seen = new List<string>();
        await foreach (var frame in capture.ReadAsync(TestContext.Current.CancellationToken))
            seen.Add($"{_devices[frame.Point]} {frame.Direction} {frame.Length} {Frames.EtherType(frame.Data.Span):x4}");
        return seen;
    }

    public void Dispose()
    {
        Tap.Dispose();
        Scratch.Dispose();
    }
}
