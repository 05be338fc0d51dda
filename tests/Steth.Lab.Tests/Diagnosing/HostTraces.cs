using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Diagnosing;

/// <summary>What a diagnosis could leave behind on the hosts: devices, qdiscs, filters, sockets that listen, programs, flows.</summary>
internal static class HostTraces
{
    private const string Script = """
        look() {
          echo "== $1"; shift
          "$@" ip -o link | cut -d' ' -f2- | sed 's/ state [A-Z]*//;s/@if[0-9]*//;s/ qlen [0-9]*//' | sort
          "$@" ip -o addr | cut -d' ' -f2- | sed 's/_lft [0-9]*sec/_lft Nsec/g' | sort
          "$@" ip route show table all | sort
          "$@" tc qdisc show
          echo "packet sockets: $("$@" cat /proc/net/packet | tail -n +2 | wc -l)"
          "$@" iptables-save | grep -v '^[#:]'
        }
        look host
        for netns in $(ls /run/netns 2>/dev/null); do look $netns ip netns exec $netns; done
        if [ -S /run/openvswitch/db.sock ]; then
          ovs-vsctl -f csv --no-headings --columns=name,tag,other_config list Port | sort
          ovs-vsctl -f csv --no-headings --columns=name,type,options,ofport list Interface | sort
          ovs-vsctl -f csv --no-headings list Mirror
          for bridge in $(ovs-vsctl list-br); do
            echo $bridge; ovs-ofctl -O OpenFlow14 --no-stats --no-names dump-flows $bridge | grep -v hard_timeout | sort
          done
        fi
        cat /var/lib/neutron/dhcp/*/leases 2>/dev/null | sort
        ps ax -o comm= | grep -vxE 'sh|ps|sort|grep' | sort
        """;

    private static readonly string[] Hosts = ["ctl", "net1", "comp1", "comp2"];

    /// <summary>The hosts as they are now.</summary>
    public static async Task<string> TakeAsync(LabFixture lab)
    {
        var traces = await Task.WhenAll(Hosts.Select(
            async host => $"==== {host}\n{(await lab.TryAsync(host, "sh", "-c", Script)).Output}"));
        return string.Concat(traces);
    }

    /// <summary>Waits until the hosts are as they were; the last look is returned.</summary>
    public static async Task<string> WaitAsync(LabFixture lab, string before, TimeSpan patience)
    {
        var until = DateTime.UtcNow + patience;
        while (true)
        {
            var now = await TakeAsync(lab);
            if (now == before || DateTime.UtcNow > until)
                return now;
            await Task.Delay(500, TestContext.Current.CancellationToken);
        }
    }
}
