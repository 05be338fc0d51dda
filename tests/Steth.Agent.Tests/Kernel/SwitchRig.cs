using Steth.Contracts.Names;

namespace Steth.Agent.Tests.Kernel;

/// <summary>Hosts, a namespace each, whose eth0 are plugged into one plain switch.</summary>
internal sealed class SwitchRig : IDisposable
{
    private readonly ScratchNamespace _switch = new();
    private readonly Dictionary<string, ScratchNamespace> _hosts = [];

    /// <summary>Plugs the hosts in.</summary>
    public SwitchRig(params string[] names)
    {
        _switch.Ip("link add br0 type bridge forward_delay 0 stp_state 0 mcast_snooping 0");
        _switch.Ip("link set br0 addrgenmode none");
        _switch.Ip("link set br0 up");
        foreach (var name in names)
        {
            var host = _hosts[name] = new ScratchNamespace();
            _switch.Ip($"link add p-{name} type veth peer name eth0 netns {host.Name}");
            _switch.Ip($"link set p-{name} addrgenmode none");
            _switch.Ip($"link set p-{name} master br0 up");
            host.Ip("link set eth0 addrgenmode none");
            host.Ip($"link set eth0 address {MacOf(name)}");
            host.Ip("link set eth0 up");
        }
    }

    /// <summary>A host by name.</summary>
    public ScratchNamespace this[string name] => _hosts[name];

    /// <summary>02:00:00:00:00:61 for host a.</summary>
    public static string MacOf(string name) => $"02:00:00:00:00:{(int)name[0]:x2}";

    /// <summary>Every host's NIC.</summary>
    public static DeviceName Nic { get; } = DeviceName.Parse("eth0");

    public void Dispose()
    {
        foreach (var host in _hosts.Values)
            host.Dispose();
        _switch.Dispose();
    }
}
