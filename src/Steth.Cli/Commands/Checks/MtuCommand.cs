using System.CommandLine;
using System.Globalization;
using Steth.Cli.Rendering;
using Steth.Cli.Rendering.Checks;
using Steth.Controller.Checks;
using Steth.Controller.Checks.Mesh;
using Steth.Controller.Checks.Mtu;
using Steth.Diagnosis.Readiness.Mtu;
using Steth.OpenStack;
using Steth.OpenStack.Neutron;

namespace Steth.Cli.Commands.Checks;

/// <summary><c>check mtu</c>: the largest packets that pass between all nodes.</summary>
public sealed class MtuCommand
{
    private static readonly Column<MtuResult>[] Columns =
    [
        new("from", "From", row => Cell.Text(row.From)),
        new("to", "To", row => Cell.Text(row.To)),
        new("network", "Network", row => Cell.Text(row.Network)),
        new("ip_version", "IP", row => Cell.Whole(row.IpVersion)),
        new("mtu", "MTU", row => Cell.Whole(row.Mtu)),
        new("needed", "Needed", row => Cell.Whole(row.Needed)),
        new("udp_mtu", "By UDP", row => Cell.Whole(row.UdpMtu)),
        new("icmp_mtu", "By ICMP", row => Cell.Whole(row.IcmpMtu)),
        new("interface_mtu", "Interface", row => Cell.Whole(row.InterfaceMtu)),
        new("state", "State", row => Tones.State(row.State)),
        new("reason", "Reason", row => Cell.Text(row.Reason)),
    ];

    private readonly Option<MtuWish[]> _needs = new("--needs")
    {
        Description = "What has to pass beside the interfaces' own MTU: bytes of a packet, or the tenants' MTU and what carries it "
            + "(vxlan, gre, geneve); can be repeated. Else mtu_needed of [checks], and what Neutron says where there are credentials "
            + "for it",
        HelpName = "[NET=][KIND:]BYTES",
        CustomParser = result =>
        {
            var wishes = new List<MtuWish>();
            foreach (var token in result.Tokens)
            {
                if (MtuWish.TryParse(token.Value, CultureInfo.InvariantCulture, out var wish))
                    wishes.Add(wish);
                else
                    result.AddError($"--needs: '{token.Value}' is no MTU; expected {MtuWish.Expected}.");
            }
            return [.. wishes];
        },
    };
    private readonly Option<int> _port =
        Options.Whole("--udp-port", "UDP port the nodes answer on; 0: any that is free", MeshRequest.DefaultPort, 0, ushort.MaxValue);
    private readonly CloudOptions _cloud = new();

    private MtuCommand()
    {
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var own = new MtuCommand();
        var command = new Command("mtu", "Find the largest packet that passes between all nodes, on every network, each way")
        {
            own._needs, own._port, own._cloud.OsCloud,
        };
        var options = new CheckOptions(command, probes: true);
        host.Handle(command, async (run, cancellationToken) =>
        {
            var wishes = run.Get(own._needs) ?? [];
            var asked = options.Read(run, [.. Problems(run, wishes)]);
            var needs = wishes.Select(w => w.Need(w.Network ?? (w.Tunnel is null ? null : TenantNeeds.UsualNetwork)));
            var request = wishes.Length > 0
                ? new MtuRequest { Networks = asked.Networks, Pps = asked.Pps, Needs = [.. needs] }
                : await RequestAsync(asked, run.Get(own._cloud.OsCloud), cancellationToken);
            return asked.Write(await RunAsync(asked, request with { Port = run.Get(own._port) }, cancellationToken));
        });
        return command;
    }

    /// <summary>What is asked where the command line says nothing else: what the configuration or Neutron says has to pass.</summary>
    /// <param name="asked">The run.</param>
    /// <param name="cloud">The cloud named with --os-cloud; null: none.</param>
    /// <param name="cancellationToken">Ends the wait for Neutron.</param>
    internal static async Task<MtuRequest> RequestAsync(CheckRun asked, string? cloud, CancellationToken cancellationToken)
    {
        var request = new MtuRequest { Networks = asked.Networks, Pps = asked.Pps };
        if (asked.Settings.MtuNeeded is { } needed)
            return request with { Needs = [new MtuNeed(null, needed, needed, "mtu_needed of [checks]")] };
        INeutronClient? neutron;
        try
        {
            neutron = asked.Run.Neutron(cloud);
        }
        catch (OpenStackException e) when (e.Failure == OpenStackFailure.NoCredentials && cloud is null)
        {
            return request;
        }
        catch (OpenStackException e)
        {
            return request with { Notes = [$"Neutron did not tell what its networks need: {e.Message}"] };
        }
        if (neutron is null)
            return request;
        asked.Show(new CheckProgress(null, "asking Neutron what its networks need"));
        var (needs, notes) = await TenantNeeds.AskAsync(neutron, asked.Nodes, asked.Run.Calls.Timeout, cancellationToken);
        return request with { Needs = needs, Notes = notes };
    }

    /// <summary>Checks.</summary>
    internal static async Task<CheckView> RunAsync(CheckRun asked, MtuRequest request, CancellationToken cancellationToken) =>
        View(await new MtuCheck(asked.Run.Calls).RunAsync(asked.Nodes, request, asked.Show, cancellationToken));

    /// <summary>What a reader wants to see of it.</summary>
    public static CheckView View(MtuReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new CheckView(
            report, PairHeadline.Of(report.Results, r => (r.From, r.To, r.Network, r.State)),
            [new CheckTable("Every directed pair", Sheet.Of(Columns, report.Results, isSingle: false))], [.. Maps(report)]);
    }

    private static IEnumerable<string> Problems(CommandRun run, MtuWish[] wishes)
    {
        string[] known = [.. run.Configuration.Nodes.SelectMany(n => n.Networks).Select(n => n.Type).Distinct()];
        foreach (var wish in wishes)
        {
            if (wish.Network is { } named && !known.Contains(named))
                yield return $"--needs: there is no network '{named}' in {run.Configuration.SourceFile}; there are "
                    + $"{string.Join(", ", known)}.";
            else if (wish is { Network: null, Tunnel: not null } && !known.Contains(TenantNeeds.UsualNetwork))
                yield return $"--needs: say on which network the tunnels run, as in "
                    + $"{known.FirstOrDefault() ?? "net"}={wish.Tunnel}:{wish.Bytes}.";
        }
    }

    private static IEnumerable<HeatMap> Maps(MtuReport report)
    {
        foreach (var network in report.Results.GroupBy(r => (r.Network, r.IpVersion)))
        {
            var name = network.Key.IpVersion == 6 ? $"{network.Key.Network} (IPv6)" : network.Key.Network;
            string[] nodes = [.. network.SelectMany(r => (string[])[r.From, r.To]).Distinct()];
            yield return new HeatMap($"MTU on {name}, bytes", nodes,
                [.. network.Select(r => new HeatCell(r.From, r.To, Heat(r), r.State, Text(r.Mtu)))]);
        }
    }

    // As much too small as it can be is what an IPv4 host need not take any more.
    private static double? Heat(MtuResult row) => row.Mtu is not { } mtu ? null
        : row.Needed is not { } needed || mtu >= needed ? 0
        : Math.Clamp((needed - mtu) / Math.Max(1.0, needed - 576), 0.25, 1);

    private static string Text(int? mtu) => mtu is { } bytes ? bytes.ToString(CultureInfo.InvariantCulture) : "not measured";
}
