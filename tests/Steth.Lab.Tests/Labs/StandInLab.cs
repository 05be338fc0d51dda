namespace Steth.Lab.Tests.Labs;

/// <summary>A lab for tests that are about the lab alone: its agents do nothing.</summary>
public class StandInLab : LabFixture
{
    /// <summary>
    /// Everything that a fault could change and healing has to bring back; counters, learned flows and numbers of devices are left out.
    /// </summary>
    private const string Script = """
        ip -o link | cut -d' ' -f2- | sed 's/ state [A-Z]*//;s/@if[0-9]*//;s/ qlen [0-9]*//' | sort
        ip -4 -o addr | cut -d' ' -f2- | sort; ip route; cat /etc/hosts
        if [ -S /run/openvswitch/db.sock ]; then
          ovs-vsctl -f csv --no-headings --columns=name,tag,trunks,vlan_mode,other_config list Port | sort
          ovs-vsctl -f csv --no-headings --columns=name,type,options,external_ids,ofport,ofport_request list Interface | sort
          for bridge in $(ovs-vsctl list-br); do
            echo $bridge; ovs-ofctl -O OpenFlow14 --no-stats --no-names dump-flows $bridge | grep -v hard_timeout | sort
          done
        fi
        iptables-save | grep -v '^[#:]'; nft list tables inet; nft list ruleset netdev
        ls /run/netns /var/lib/neutron/* 2>/dev/null; cat /var/lib/neutron/dhcp/*/[hoi]* 2>/dev/null
        for netns in $(ls /run/netns 2>/dev/null); do
          echo $netns; ip -n $netns -4 -o addr | cut -d' ' -f2- | sort; ip -n $netns route | sort
          ip netns exec $netns sh -c 'iptables-save | grep -v "^[#:]"; nft list tables inet; sysctl net.ipv4.ip_forward'
        done
        ps ax -o args= | grep -E '^(dnsmasq|haproxy|.*steth-lab [mng])' | sort
        """;

    private Dictionary<string, string>? _baseline;

    /// <inheritdoc/>
    protected override string Agent => LabProgram.StandInAgent;

    /// <summary>The hosts as they were before the first fault.</summary>
    public async Task<IReadOnlyDictionary<string, string>> BaselineAsync()
    {
        if (_baseline is null)
        {
            string[] hosts = ["sw", "ext", "ctl", "net1", "comp1", "comp2"];
            var snapshots = await Task.WhenAll(hosts.Select(SnapshotAsync));
            _baseline = hosts.Zip(snapshots).ToDictionary(pair => pair.First, pair => pair.Second);
        }
        return _baseline;
    }

    /// <summary>A host as it is now.</summary>
    public async Task<string> SnapshotAsync(string host) => (await TryAsync(host, "sh", "-c", Script)).Output;
}
