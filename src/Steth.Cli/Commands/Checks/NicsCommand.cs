using System.CommandLine;
using Steth.Cli.Rendering.Checks;
using Steth.Controller.Checks;
using Steth.Diagnosis.Readiness.Nics;

namespace Steth.Cli.Commands.Checks;

/// <summary><c>check nics</c>.</summary>
public static class NicsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var look = Options.Whole("--look", "How long to watch whether errors and drops grow, in seconds; 0: not at all", 2, 0, 30);
        var lldp = Options.Whole(
            "--lldp", "How long to listen for LLDP on nodes without lldpd, in seconds; switches send it every 30", 0, 0, 35);
        var speed = Options.Whole(
            "--speed-min", "A slower link fails, in Mbit/s; else nic_speed_mbps of [checks], else NICs are compared with each other",
            1, 10_000_000);
        var drops = Options.Real(
            "--drops-max",
            $"More drops a second fail; else nic_drops_per_second of [checks], else {NicThresholds.DefaultDropsPerSecond}",
            0, 1_000_000_000);
        var command = new Command("nics", "Look at the NICs: links, errors that grow, settings, bonds and LACP, switch ports")
        {
            look, lldp, speed, drops,
        };
        var options = new CheckOptions(command);
        host.Handle(command, async (run, cancellationToken) =>
        {
            var check = options.Read(run);
            var request = Request(check);
            request = request with
            {
                LookSeconds = run.Get(look),
                LldpSeconds = run.Get(lldp),
                Thresholds = request.Thresholds with
                {
                    SpeedMbps = run.Get(speed) ?? request.Thresholds.SpeedMbps,
                    DropsPerSecond = run.Get(drops) ?? request.Thresholds.DropsPerSecond,
                },
            };
            return check.Write(await RunAsync(check, request, cancellationToken));
        });
        return command;
    }

    /// <summary>What is asked where the command line says nothing else.</summary>
    internal static NicsRequest Request(CheckRun asked) => new()
    {
        Networks = asked.Networks,
        Thresholds = new NicThresholds
        {
            SpeedMbps = asked.Settings.NicSpeedMbps,
            DropsPerSecond = asked.Settings.NicDropsPerSecond ?? NicThresholds.DefaultDropsPerSecond,
        },
    };

    /// <summary>Checks.</summary>
    internal static async Task<CheckView> RunAsync(CheckRun asked, NicsRequest request, CancellationToken cancellationToken) =>
        NicsView.Of(await new NicsCheck(asked.Run.Calls).RunAsync(asked.Nodes, request, asked.Show, cancellationToken));
}
