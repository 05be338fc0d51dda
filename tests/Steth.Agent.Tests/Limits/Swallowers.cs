using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Steth.Agent.Tests.Host;
using Steth.Agent.Tools;

namespace Steth.Agent.Tests.Limits;

/// <summary>Servers on loopback that take what comes and never answer: one for iperf3, one for names.</summary>
internal sealed class Swallowers : IDisposable
{
    private const int DnsPort = 53;

    private readonly string _folder = Directory.CreateTempSubdirectory("steth-swallowers-").FullName;
    private readonly TcpListener _iperf = new(IPAddress.Loopback, 0);
    private readonly Socket _names = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly IPAddress _nameServer;

    public Swallowers()
    {
        _iperf.Start();
        // The port is fixed, so each process has an address of its own.
        var id = Environment.ProcessId;
        _nameServer = new IPAddress([127, (byte)(64 + (id >> 16)), (byte)(id >> 8), (byte)id]);
        _names.Bind(new IPEndPoint(_nameServer, DnsPort));
    }

    /// <summary>Calls that would wait for them for a minute and more, the program that waits, and whether it has asked.</summary>
    public (string Method, string Parameters, string Program, Func<bool> HasAsked)[] Calls =>
    [
        ("iperf.run", string.Create(CultureInfo.InvariantCulture,
            $$"""{"server":"127.0.0.1","port":{{((IPEndPoint)_iperf.LocalEndpoint).Port}},"seconds":600}"""), "iperf3", _iperf.Pending),
        // More than are asked at once.
        ("name.resolve", $$"""{"names":[{{string.Join(',', Enumerable.Range(1, 20).Select(i => $"\"host{i}.example\""))}}],"timeout_ms":60000}""",
            "getent", () => _names.Available > 0),
    ];

    /// <summary>An agent whose host resolves names by them.</summary>
    public async Task<AgentProcess> StartAgentAsync()
    {
        Assert.SkipUnless(new ToolRunner().Find("iperf3") is not null, "needs the package iperf3");
        var token = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(Path.Combine(_folder, "resolv.conf"), $"nameserver {_nameServer}\noptions timeout:30 attempts:5\n", token);
        await File.WriteAllTextAsync(Path.Combine(_folder, "nsswitch.conf"), "hosts: dns\n", token);
        return await AgentProcess.StartOnAsync(
            $"for f in resolv.conf nsswitch.conf; do mount --bind {_folder}/$f /etc/$f || exit; done");
    }

    public void Dispose()
    {
        _iperf.Dispose();
        _names.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
