using Steth.Contracts;

namespace Steth.Agent.Tools.Iperf;

/// <summary>Which iperf to use. iperf3 and iperf 2 do not understand each other: server and client must run the same.</summary>
public static class IperfTool
{
    /// <summary>iperf version 3.</summary>
    public const string Iperf3 = "iperf3";

    /// <summary>iperf version 2.</summary>
    public const string Iperf2 = "iperf";

    /// <summary>The wanted one, else what is installed, iperf3 first.</summary>
    /// <exception cref="OperationException">InvalidParams: no such tool. ToolMissing: it, or both, are not installed.</exception>
    public static string Choose(IToolRunner tools, string? wanted)
    {
        ArgumentNullException.ThrowIfNull(tools);
        if (wanted is not (null or Iperf3 or Iperf2))
            throw new OperationException(OperationErrorCode.InvalidParams, $"tool is '{wanted}'; expected {Iperf3} or {Iperf2}.");
        if (wanted is not null && tools.Find(wanted) is null)
            throw new OperationException(OperationErrorCode.ToolMissing,
                $"'{wanted}', which the other side runs, is not installed on this host; install the package {wanted}.");
        return wanted
            ?? (tools.Find(Iperf3) is not null ? Iperf3 : null)
            ?? (tools.Find(Iperf2) is not null ? Iperf2 : null)
            ?? throw new OperationException(
                OperationErrorCode.ToolMissing, "Neither iperf3 nor iperf is installed on this host; install the package iperf3.");
    }

    /// <summary>Refuses a port outside 1–65535.</summary>
    /// <exception cref="OperationException">InvalidParams.</exception>
    public static void CheckPort(int port)
    {
        if (port is < 1 or > 65535)
            throw new OperationException(OperationErrorCode.InvalidParams, $"port is {port}; expected 1-65535.");
    }

    /// <summary>Refuses a socket buffer that is not positive.</summary>
    /// <exception cref="OperationException">InvalidParams.</exception>
    public static void CheckWindow(long? bytes)
    {
        if (bytes is < 1 or > int.MaxValue)
            throw new OperationException(OperationErrorCode.InvalidParams, $"window_bytes is {bytes}; expected 1-{int.MaxValue}.");
    }
}
