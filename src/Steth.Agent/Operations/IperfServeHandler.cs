using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Steth.Agent.Leases;
using Steth.Agent.Rpc;
using Steth.Agent.Tools;
using Steth.Agent.Tools.Iperf;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.IperfServe"/> out.</summary>
public sealed class IperfServeHandler(IToolRunner tools, LeaseBook leases)
{
    /// <summary>Why it cannot listen is said at the beginning; of its tests it prints without end.</summary>
    private const int LinesKept = 20;

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(5);

    /// <summary>Starts the server and answers once it listens. It ends with its lease, or with the agent.</summary>
    /// <exception cref="OperationException">InvalidParams, Busy (the port is taken), ToolMissing, ToolFailed, Timeout.</exception>
    public async Task<IperfServeResult> HandleAsync(IperfServeParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        IperfTool.CheckPort(parameters.Port);
        IperfTool.CheckWindow(parameters.WindowBytes);
        var length = LeaseLength.Parse(parameters.LeaseSeconds)!.Value;
        var tool = IperfTool.Choose(tools, null);
        if (Listens(tool, parameters))
            throw Taken(parameters);
        var undo = ProgramUndo.New();
        IRunningTool? server = null;
        var covers = string.Create(CultureInfo.InvariantCulture, $"{tool} server on port {parameters.Port}");
        var lease = await leases.GrantAsync(covers, length, undo, StartAsync, cancellationToken, holder: LeaseHolder.Of(call, Role.Probe));
        _ = ForgetWhenEndedAsync(server!, lease);
        return new IperfServeResult { LeaseId = lease, Port = parameters.Port, Tool = tool };

        async Task StartAsync(CancellationToken token)
        {
            var lines = 0;
            var command = new ToolCommand
            {
                Program = tool,
                Arguments = Arguments(tool, parameters),
                Mark = undo.Mark,
                Keep = _ => lines++ < LinesKept,
            };
            server = await tools.StartAsync(command, null, token);
            try
            {
                await WaitUntilListeningAsync(tool, parameters, server, token);
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
    }

    private static List<string> Arguments(string tool, IperfServeParams parameters)
    {
        List<string> arguments = ["-s", "-p", Text(parameters.Port)];
        if (parameters.BindAddress is { } address)
            arguments.AddRange(["-B", address.ToString()]);
        if (tool == IperfTool.Iperf3)
            return arguments;
        if (parameters.Protocol == IperfProtocol.Udp)
            arguments.Add("-u");
        if (parameters.WindowBytes is { } window)
            arguments.AddRange(["-w", Text(window)]);
        // Without it version 2 takes IPv4 only; with it both.
        if (parameters.BindAddress?.AddressFamily == AddressFamily.InterNetworkV6
            || (parameters.BindAddress is null && Socket.OSSupportsIPv6))
            arguments.Add("-V");
        return arguments;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task WaitUntilListeningAsync(
        string tool, IperfServeParams parameters, IRunningTool server, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(StartDeadline);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        try
        {
            while (!Listens(tool, parameters))
            {
                if (server.Completion.IsCompleted)
                    throw Refused(tool, parameters, await server.Completion);
                await poll.WaitForNextTickAsync(deadline.Token);
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OperationException(OperationErrorCode.Timeout,
                $"{tool} did not listen on port {parameters.Port} within {StartDeadline.TotalSeconds} s on this host and was stopped.", e);
        }
    }

    private static OperationException Refused(string tool, IperfServeParams parameters, ToolOutput output)
    {
        var words = (output.Stderr + " " + output.Stdout).Trim().ReplaceLineEndings(" ");
        return words.Contains("in use", StringComparison.Ordinal)
            ? Taken(parameters)
            : new OperationException(
                OperationErrorCode.ToolFailed, $"{tool} cannot listen on port {parameters.Port} of this host: {words}");
    }

    private static OperationException Taken(IperfServeParams parameters) =>
        new(OperationErrorCode.Busy, $"Port {parameters.Port} of this host is taken by another listener; choose another port.");

    /// <summary>Whether somebody listens where this server would, as /proc/net tells.</summary>
    private static bool Listens(string tool, IperfServeParams parameters)
    {
        var host = IPGlobalProperties.GetIPGlobalProperties();
        // iperf3 agrees on every test over TCP, and opens its UDP socket only then.
        var listeners = tool == IperfTool.Iperf2 && parameters.Protocol == IperfProtocol.Udp
            ? host.GetActiveUdpListeners()
            : host.GetActiveTcpListeners();
        return listeners.Any(l => l.Port == parameters.Port
            && (parameters.BindAddress is not { } address || l.Address.Equals(address) || l.Address.Equals(IPAddress.Any)
                || l.Address.Equals(IPAddress.IPv6Any)));
    }

    private async Task ForgetWhenEndedAsync(IRunningTool server, string lease)
    {
        await server.Completion;
        leases.Forget(lease);
        await server.DisposeAsync();
    }
}
