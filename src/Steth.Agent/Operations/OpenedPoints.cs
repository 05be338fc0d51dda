using Steth.Agent.Kernel.Pcap;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>The points of a capture that can be listened on, and why the others cannot.</summary>
internal sealed class OpenedPoints
{
    private readonly List<PcapDevice> _devices = [];
    private readonly List<int> _asked = [];
    private readonly List<CaptureRefusal> _refused = [];

    /// <summary>The devices, which listen already; to be owned by who reads them.</summary>
    public IReadOnlyList<PcapDevice> Devices => _devices;

    /// <summary>For each device its index among the points asked for.</summary>
    public IReadOnlyList<int> Asked => _asked;

    /// <summary>The other points.</summary>
    public IReadOnlyList<CaptureRefusal> Refused => _refused;

    /// <summary>Opens the points; with <paramref name="skipRefused"/> those it can.</summary>
    /// <exception cref="OperationException">
    /// InvalidParams for the filter. Of a point: NoSuchDevice, PermissionDenied, ToolMissing, ToolFailed; when refused points are skipped
    /// only PermissionDenied, ToolMissing and Busy, where there is none left.
    /// </exception>
    public static OpenedPoints Open(IReadOnlyList<CapturePoint> points, CaptureSettings settings, bool skipRefused)
    {
        var opened = new OpenedPoints();
        OperationException? hopeless = null;
        try
        {
            for (var i = 0; i < points.Count; i++)
            {
                try
                {
                    opened._devices.Add(PcapDevice.Open(points[i], settings));
                    opened._asked.Add(i);
                }
                catch (OperationException e) when (skipRefused && e.Code != OperationErrorCode.InvalidParams)
                {
                    if (e.Code is OperationErrorCode.PermissionDenied or OperationErrorCode.ToolMissing or OperationErrorCode.Busy)
                        hopeless ??= e;
                    opened._refused.Add(new CaptureRefusal(i, e.Message));
                }
            }
            return opened._devices.Count > 0 || hopeless is null ? opened : throw hopeless;
        }
        catch
        {
            opened._devices.ForEach(d => d.Dispose());
            throw;
        }
    }
}
