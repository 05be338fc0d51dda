using System.CommandLine;
using Steth.Lab.Names;
using Steth.Lab.Output;
using Steth.Lab.Plan;
using Steth.Lab.Servers;
using Steth.Lab.Wiring;

namespace Steth.Lab.Commands;

/// <summary>
/// `metadata-agent` and `nova-metadata` (hidden): the two stand-ins behind the metadata proxies. `up` starts them inside net1 and ctl.
/// </summary>
internal static class MetadataCommands
{
    /// <summary>What both say on stderr once they accept.</summary>
    public const string Listening = "listening";

    /// <summary>The metadata agent.</summary>
    public static Command CreateAgent()
    {
        var name = LabOptions.Name();
        var secret = new Option<string?>("--secret") { Description = "What instance ids are signed with, else what nova expects" };
        var command = new Command("metadata-agent", "Play neutron-metadata-agent") { name, secret };
        command.Hidden = true;
        command.SetAction((parsed, ct) =>
        {
            var plan = new LabPlan(LabName.Parse(parsed.GetRequiredValue(name)));
            var agent = new MetadataAgent(plan, parsed.GetValue(secret) ?? plan.MetadataSecret);
            return RunAsync(() => agent.ServeAsync(Metadata.Socket, SayListening, ct));
        });
        return command;
    }

    /// <summary>Nova's metadata API.</summary>
    public static Command CreateNova()
    {
        var name = LabOptions.Name();
        var command = new Command("nova-metadata", "Play nova's metadata API") { name };
        command.Hidden = true;
        command.SetAction((parsed, ct) =>
        {
            var nova = new NovaMetadata(new LabPlan(LabName.Parse(parsed.GetRequiredValue(name))));
            return RunAsync(() => nova.ServeAsync(SayListening, ct));
        });
        return command;
    }

    private static async Task<int> RunAsync(Func<Task> serve)
    {
        await serve();
        return 0;
    }

    private static void SayListening() => LabConsole.Say(Listening);
}
