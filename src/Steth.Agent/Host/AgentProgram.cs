using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Steth.Agent.Audit;
using Steth.Agent.Rpc;
using Steth.Identity;

namespace Steth.Agent.Host;

/// <summary>Runs the agent from its command line to its end.</summary>
public static class AgentProgram
{
    private const int Fine = 0;
    private const int WrongUsage = 64;
    private const int CannotListen = 69;

    private static readonly TimeSpan UndoTime = TimeSpan.FromSeconds(5);

    /// <summary>Serves until SIGTERM or SIGINT.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="output">Gets the version or the usage when asked for.</param>
    /// <param name="diagnostics">Gets errors and the log.</param>
    /// <returns>0, or a code of sysexits.h: 64 for wrong usage or configuration, 69 when it cannot listen.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter diagnostics)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var commandLine = AgentCommandLine.Parse(args);
        if (commandLine.Help || commandLine.Version)
        {
            await output.WriteAsync(commandLine.Help ? AgentCommandLine.Usage : $"steth-agent {AgentVersion.Text}\n");
            return Fine;
        }
        var configuration = AgentConfiguration.Read(
            commandLine, Environment.GetEnvironmentVariable, static path => File.Exists(path) ? File.ReadAllText(path) : null);
        if (configuration.Errors.Count > 0)
        {
            foreach (var error in configuration.Errors)
                await diagnostics.WriteLineAsync($"steth-agent: {error}");
            return WrongUsage;
        }
        using var log = new PlainLog(diagnostics);
        BundleWatch? bundle = null;
        try
        {
            if (!configuration.Options.Insecure)
            {
                bundle = new BundleWatch(
                    configuration.Options.Tls, PrincipalKind.Node, TimeProvider.System, fault => log.LogError("{Fault}", fault));
            }
        }
        catch (IdentityException e)
        {
            await diagnostics.WriteLineAsync(
                $"steth-agent: {e.Message} Make this node's certificate with 'steth pki issue' and copy its folder to "
                + $"{configuration.Options.Tls}, or let everybody in with --insecure.");
            return WrongUsage;
        }
        return await ServeAsync(configuration.Options, bundle, log, diagnostics);
    }

    private static async Task<int> ServeAsync(AgentOptions options, BundleWatch? bundle, PlainLog log, TextWriter diagnostics)
    {
        var services = new AgentServices(options, bundle, TimeProvider.System, log);
        using var strangers = new RefusalTally(services.Audit, services.Time, "tls");
        await using var server = AgentServer.Build(options, bundle, strangers, log);
        var lifetime = server.Services.GetRequiredService<IHostApplicationLifetime>();
        var callers = bundle is null ? Callers.Anybody(options.MaxRole) : Callers.Certified(bundle, options.MaxRole, services.Time);
        using var endpoint = new RpcEndpoint(services.Dispatcher, callers, services.Audit, services.Time, lifetime.ApplicationStopping);
        var ready = new TaskCompletionSource();
        server.Run(async http =>
        {
            await ready.Task;
            await endpoint.HandleAsync(http);
        });
        try
        {
            await server.StartAsync();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await diagnostics.WriteLineAsync(
                $"steth-agent: cannot listen on {options.Listen}, TCP port {options.Port}: "
                + $"{(e.GetBaseException() ?? e).Message}; end what listens there, or set --listen and --port.");
            return CannotListen;
        }
        await services.RecoverAsync(lifetime.ApplicationStopping);
        ready.SetResult();
        using var expiry = bundle is null ? null : new ExpiryWarning(bundle, services.Time, log);
        if (bundle is null)
            Warn(options, log);
        await diagnostics.WriteLineAsync($"listening on {AgentServer.EndPoint(server, options.Listen)}");
        TellSystemd("READY=1", log);
        await using var watchdog = Watchdog.Start(
            Environment.GetEnvironmentVariable, services.Dispatcher, services.Time, state => TellSystemd(state, log));
        await server.WaitForShutdownAsync();
        TellSystemd("STOPPING=1", log);
        await UndoAsync(services, log);
        return Fine;
    }

    private static void Warn(AgentOptions options, PlainLog log) => log.LogWarning(
        "plain HTTP without certificates (--insecure): whoever reaches this port may do all that the role {Role} allows, as root, "
        + "and whoever is on the way reads it", Principal.WordOf(options.MaxRole));

    private static async Task UndoAsync(AgentServices services, PlainLog log)
    {
        try
        {
            await services.DisposeAsync().AsTask().WaitAsync(UndoTime, services.Time);
        }
        catch (TimeoutException)
        {
            // What is left is told.
        }
        foreach (var lease in services.Leases.List())
            log.LogError(
                "{Covers} could not be undone within {Seconds} s: the next start of the agent does it",
                lease.Covers, UndoTime.TotalSeconds);
    }

    private static void TellSystemd(string state, PlainLog log)
    {
        if (Systemd.Notify(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), state) is { } fault)
            log.LogWarning("{Fault}", fault);
    }
}
