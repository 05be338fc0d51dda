using System.CommandLine;
using Steth.Cli.Rendering.Checks;
using Steth.Controller.Checks;

namespace Steth.Cli.Commands.Checks;

/// <summary><c>check clock</c>.</summary>
public static class ClockCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var skew = Options.Real(
            "--clock-skew-ms",
            $"How far a clock may be from the median of all, in ms; else clock_skew_ms of [checks], else {ClockRequest.DefaultThresholdMs}",
            0.001, 3_600_000, "MS");
        var command = new Command("clock", "Compare the nodes' clocks, round trips subtracted") { skew };
        var options = new CheckOptions(command);
        host.Handle(command, async (run, cancellationToken) =>
        {
            var check = options.Read(run);
            var threshold = run.Get(skew) ?? check.Settings.ClockSkewMs ?? ClockRequest.DefaultThresholdMs;
            var report = await new ClockCheck(run.Calls).RunAsync(
                check.Nodes, new ClockRequest { ThresholdMs = threshold }, check.Show, cancellationToken);
            return check.Write(ClockView.Of(report));
        });
        return command;
    }
}
