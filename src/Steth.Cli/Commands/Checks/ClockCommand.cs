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
            var request = Request(check);
            request = request with { ThresholdMs = run.Get(skew) ?? request.ThresholdMs };
            return check.Write(await RunAsync(check, request, cancellationToken));
        });
        return command;
    }

    /// <summary>What is asked where the command line says nothing else.</summary>
    internal static ClockRequest Request(CheckRun asked) =>
        new() { ThresholdMs = asked.Settings.ClockSkewMs ?? ClockRequest.DefaultThresholdMs };

    /// <summary>Checks.</summary>
    internal static async Task<CheckView> RunAsync(CheckRun asked, ClockRequest request, CancellationToken cancellationToken) =>
        ClockView.Of(await new ClockCheck(asked.Run.Calls).RunAsync(asked.Nodes, request, asked.Show, cancellationToken));
}
