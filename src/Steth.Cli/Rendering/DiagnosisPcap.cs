using Steth.Cli.Commands;
using Steth.Contracts.Operations;
using Steth.Controller.Diagnosing;
using Steth.Packets.Pcap;

namespace Steth.Cli.Rendering;

/// <summary>Every frame of a diagnosis in one pcapng: an interface for each device listened on, a comment that names the probe.</summary>
public static class DiagnosisPcap
{
    /// <summary>Writes the file; a device that saw nothing is an interface without frames.</summary>
    public static void Write(DiagnosisCollection collection, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(collection);
        var writer = new PcapNgWriter(stream, ProductVersion.Text);
        var interfaces = new Dictionary<string, int>();
        foreach (var listener in collection.Evidence.Listeners)
            Interface(listener.Host, listener.Device, listener.Namespace, listener.Problem);
        foreach (var traced in collection.Frames)
        {
            writer.Write(new PcapFrame
            {
                Interface = Interface(traced.Host, traced.Device, traced.Namespace, null),
                At = traced.Frame.At,
                Length = traced.Frame.Length,
                Data = traced.Frame.Data,
                Direction = traced.Frame.Direction == FrameDirection.In ? PcapDirection.Inbound : PcapDirection.Outbound,
                Comment = $"{EnumText.Of(traced.Probe)}: {DisplayText.Clean(traced.Frame.Summary)}",
            });
        }
        writer.Flush();

        int Interface(string host, string device, string? netns, string? problem)
        {
            var name = DisplayText.Clean(netns is null ? $"{host}:{device}" : $"{host}:{device}({netns})");
            if (!interfaces.TryGetValue(name, out var index))
            {
                var place = new PcapInterface { Name = name, Description = problem is null ? null : DisplayText.Clean(problem) };
                interfaces[name] = index = writer.AddInterface(place);
            }
            return index;
        }
    }
}
