using System.CommandLine;
using Steth.Cli.Rendering.Checks;
using Steth.Controller.Checks;

namespace Steth.Cli.Commands.Checks;

/// <summary><c>check dns</c>.</summary>
public static class DnsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var patience = Options.Seconds("--resolve-timeout", "How long a node may take to resolve one name (0.1-60)", 5);
        var command = new Command("dns", "Let every node resolve the names of all, its own too") { patience };
        var options = new CheckOptions(command);
        host.Handle(command, async (run, cancellationToken) =>
        {
            var seconds = run.Get(patience);
            var check = options.Read(run, seconds is >= 0.1 and <= 60 ? [] : ["--resolve-timeout: expected 0.1 to 60 seconds."]);
            return check.Write(await RunAsync(check, new DnsRequest { Patience = TimeSpan.FromSeconds(seconds) }, cancellationToken));
        });
        return command;
    }

    /// <summary>Checks.</summary>
    internal static async Task<CheckView> RunAsync(CheckRun asked, DnsRequest request, CancellationToken cancellationToken) =>
        DnsView.Of(await new DnsCheck(asked.Run.Calls).RunAsync(asked.Nodes, request, asked.Show, cancellationToken));
}
