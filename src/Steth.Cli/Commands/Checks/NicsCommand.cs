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
            var request = new NicsRequest
            {
                Networks = check.Networks,
                LookSeconds = run.Get(look),
                LldpSeconds = run.Get(lldp),
                Thresholds = new NicThresholds
                {
                    SpeedMbps = run.Get(speed) ?? check.Settings.NicSpeedMbps,
                    DropsPerSecond = run.Get(drops) ?? check.Settings.NicDropsPerSecond ?? NicThresholds.DefaultDropsPerSecond,
                },
            };
            var report = await new NicsCheck(run.Calls).RunAsync(check.Nodes, request, check.Show, cancellationToken);
            return check.Write(NicsView.Of(report));
        });
        return command;
    }
}
