using System.CommandLine;
using System.Runtime.InteropServices;
using Steth.Lab.Guests;
using Steth.Lab.Names;
using Steth.Lab.Output;

namespace Steth.Lab.Commands;

/// <summary>`guest` (hidden): plays the VMs of one compute host. `up` starts it inside the host's namespaces.</summary>
internal static class GuestCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var guests = new Argument<string[]>("GUEST") { Description = "name,tap,mac,address", Arity = ArgumentArity.OneOrMore };
        var lab = LabOptions.Name();
        var command = new Command("guest", "Play VMs: hold their TAP devices, answer ARP and ping") { lab, guests };
        command.Hidden = true;
        command.SetAction((parsed, ct) => RunAsync(
            LabName.Parse(parsed.GetRequiredValue(lab)), [.. parsed.GetRequiredValue(guests).Select(GuestSpec.Parse)], ct));
        return command;
    }

    private static async Task<int> RunAsync(LabName lab, GuestSpec[] specs, CancellationToken ct)
    {
        var taps = specs.Select(spec => TapDevice.Create(spec.Tap)).ToArray();
        LabConsole.Say(GuestCommandWords.TapsThere);
        var clients = specs.Zip(taps, (spec, tap) => (spec.Name, Client: new GuestClient(spec, tap)))
            .ToDictionary(pair => pair.Name, pair => pair.Client);
        var guests = specs.Zip(taps, (spec, tap) => new Guest(spec, tap, clients[spec.Name], LabConsole.Say)).ToArray();
        using var console = GuestControl.Bind(GuestControl.SocketOf(lab));
        using var again = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            foreach (var guest in guests)
                guest.Boot();
        });
        foreach (var guest in guests)
        {
            guest.Boot();
            // Reading a TAP blocks: a thread each, and none of them keeps the process alive.
            new Thread(guest.Run) { IsBackground = true }.Start();
        }
        await GuestControl.ServeAsync(console, clients, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }
}
