namespace Steth.Cli.Tests.Commands;

public sealed class UsageTests
{
    private const string Port = "75e9329b-9c4b-4a7d-b1f2-0123456789ab";

    [Theory]
    [InlineData("", "A command is missing; there are agents, ")]
    [InlineData("agnets", "There is no command 'agnets'; did you mean agents?")]
    [InlineData("pnig comp1 192.0.2.9", "There is no command 'pnig'; did you mean ping or pki?")]
    [InlineData("config shwo", "There is no command 'shwo'; did you mean show?")]
    [InlineData("help pnig", "There is no command 'pnig'; did you mean ping or pki?")]
    [InlineData("agents extra", "'extra' is one argument too many.")]
    [InlineData("agents --tiemout 3", "There is no option '--tiemout'; did you mean --timeout?")]
    [InlineData("agents --timeout", "--timeout needs a value.")]
    [InlineData("agents --timeout -1", "--timeout: '-1' is not a time in seconds from 0.001 to 3600.")]
    [InlineData("agents -f xml", "--format: 'xml' is not one of table, json, csv, value, yaml.")]
    [InlineData("agents -c nome", "There is no column 'nome'; there are name, address, status, version, rtt_ms, reason, mgmt, net.")]
    [InlineData("agents --log-file /nonexistent/log", "--log-file: /nonexistent/log cannot be opened for writing")]
    [InlineData("ports -c nome", "There is no column 'nome'; there are id, host, ")]
    [InlineData("ping", "AGENT is missing.")]
    [InlineData("ping", "DEST is missing.")]
    [InlineData("ping comp3 192.0.2.9", "AGENT: 'comp3' is neither a node of steth.conf nor an address; did you mean comp1 or comp2?")]
    [InlineData("ping comp1 192.0.2.9,1.1,x", "DEST: '1.1' is not an IP address")]
    [InlineData("ping comp1 192.0.2.9,1.1,x", "DEST: 'x' is not an IP address")]
    [InlineData("ping comp1 192.0.2.9 --count 0", "--count: '0' is not a whole number from 1 to 1000.")]
    [InlineData("ping comp1 192.0.2.9 --interface a/b", "--interface: 'a/b' is not a network device name")]
    [InlineData("get-interface comp1 eth0;id", "INTERFACE: 'eth0;id-much-too-long' is not")]
    [InlineData("setup-link comp1 eth0 192.0.2.1", "CIDR: '192.0.2.1' is not an address with a prefix length")]
    [InlineData("setup-link comp1 eth0 192.0.2.1/33", "CIDR: '192.0.2.1/33' is not an address with a prefix length")]
    [InlineData("add-vlan-to-interface comp1 eth0 4095", "VLAN_ID: '4095' is not a VLAN id; expected 1-4094.")]
    [InlineData("check-vlan-interface comp1 comp2 eth0 0", "VLAN_ID: '0' is not a VLAN id; expected 1-4094.")]
    [InlineData("check-vlan-interface comp3 comp4 eth0 100", "AGENT_A: 'comp3' is neither")]
    [InlineData("check-vlan-interface comp3 comp4 eth0 100", "AGENT_B: 'comp4' is neither")]
    [InlineData("check-vlan-interface comp1 192.0.2.1 eth0 100", "AGENT_A and AGENT_B are both comp1; a VLAN is checked between two nodes.")]
    [InlineData("check-ports-on-br comp1 br-int a,b/c", "PORT: 'b/c' is not a network device name")]
    [InlineData("check-iperf comp1 comp2 --iperf_server_type storage", "--iperf_server_type: comp1 has no address on 'storage'; it is on mgmt, net.")]
    [InlineData("check-iperf comp1 comp2 --server_port 1 --client-port 2", "--server_port and --client_port differ")]
    [InlineData("check-iperf comp1 comp2 --client_protocol icmp", "--client_protocol: 'icmp' is not one of TCP, UDP.")]
    [InlineData("check-iperf comp1 comp2 --client_bandwidth fast", "--client_bandwidth: 'fast' is not a rate in bit/s")]
    [InlineData("check-dhcp-on-comp nope eth0 vlan", "PORT_ID: 'nope' is not a port id")]
    [InlineData("check-dhcp-on-comp " + Port + " eth0 token-ring", "NETWORK_TYPE: 'token-ring' is not one of vlan, flat, vxlan, gre, geneve, local.")]
    [InlineData("check-dhcp-on-network " + Port + " eth0 vlan --ip 2001:db8::1", "--ip: '2001:db8::1' is not an IPv4 address")]
    [InlineData("capture comp1 eth0 --seconds 0", "--seconds: '0' is not a whole number from 1 to 3600.")]
    [InlineData("capture comp1 eth0 -w /nonexistent/file", "-w: /nonexistent/file cannot be opened for writing")]
    [InlineData("diagnose", "PORT is missing: name a port, or saved evidence with --from.")]
    [InlineData("diagnose web-1 --symptom no-luck", "--symptom: 'no-luck' is not one of no-ip, no-gateway, no-internet, ")]
    [InlineData("diagnose web-1 --symptom no-peer", "--symptom no-peer needs --peer: which port or address is not reached?")]
    [InlineData("diagnose web-1 --outside fe80::1", "--outside: 'fe80::1' is not an IPv4 address")]
    [InlineData("diagnose web-1 --outside 10.1", "--outside: '10.1' is not an IPv4 address")]
    [InlineData("diagnose web-1 --wait 0", "--wait: '0' is not a whole number from 1 to 60.")]
    [InlineData("diagnose web-1 --offline --os-cloud x", "--offline and --os-cloud exclude each other.")]
    [InlineData("diagnose web-1 -f csv", "--format: 'csv' is not one of table, json, yaml.")]
    [InlineData("diagnose web-1 -f json --save -", "--save -: stdout takes the report already; name a file.")]
    [InlineData("diagnose web-1 --pcap -", "--pcap -: name a file.")]
    [InlineData("diagnose web-1 --save /nonexistent/e", "--save: /nonexistent/e cannot be opened for writing")]
    [InlineData("diagnose web-1 --pcap /nonexistent/e", "--pcap: /nonexistent/e cannot be opened for writing")]
    [InlineData("diagnose web-1 --save /etc/passwd", "--save: /etc/passwd is there already and is not overwritten; ")]
    [InlineData("diagnose web-1 --from e.json", "PORT and --from exclude each other: the file says which port it is of.")]
    [InlineData("diagnose --from e.json --save f.json", "--save and --from exclude each other")]
    [InlineData("diagnose --from e.json --wait 2", "--wait and --from exclude each other")]
    [InlineData("diagnose --from -", "--from -: name a file")]
    [InlineData("diagnose --from /nonexistent/e", "--from: /nonexistent/e cannot be read: ")]
    [InlineData("diagnose --from /", "--from: / cannot be read: ")]
    [InlineData("diagnose --from /dev/zero", "--from: /dev/zero is no evidence steth saved: it has more than 64 MiB.")]
    [InlineData("diagnose --from /dev/null", "--from: /dev/null is no evidence steth saved: ")]
    [InlineData("complete --shell zsh", "--shell: 'zsh' is not one of bash.")]
    public async Task Run_WrongInput_SaysWhatAndCallsNobody(string line, string sentence)
    {
        var agents = new FakeAgents();

        var outcome = await Cli.RunAsync(agents, line.Replace("eth0;id", "eth0;id-much-too-long", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries));

        outcome.Code.ShouldBe(64);
        outcome.Out.ShouldBe("");
        outcome.Error.ShouldContain($"steth: {sentence}");
        agents.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_SeveralThingsWrong_SaysAllAtOnce()
    {
        var outcome = await Cli.RunAsync(new FakeAgents(), "ping", "comp1", "x", "--count", "0", "--size", "1");

        outcome.Error.ShouldBe("""
            steth: --count: '0' is not a whole number from 1 to 1000.
            steth: --size: '1' is not a whole number from 8 to 65000.
            steth: DEST: 'x' is not an IP address; expected one as in 192.0.2.1 or 2001:db8::1.
            steth: Read 'steth help ping'.

            """);
    }

    [Theory]
    [InlineData("agents")]
    [InlineData("ports")]
    [InlineData("config show")]
    [InlineData("check-dhcp-on-comp " + Port + " eth0 vlan")]
    public async Task Run_NoConfigurationFile_SaysWhatToWriteWhere(string line)
    {
        var outcome = await Cli.RunAsync(new FakeAgents(), null, TestContext.Current.CancellationToken, line.Split(' '));

        outcome.Code.ShouldBe(64);
        outcome.Error.ShouldContain("write a section [nodes] there with a line 'NAME = ADDRESS' for each");
    }

    [Fact]
    public async Task Run_BrokenConfiguration_SaysEveryProblemAndCallsNobody()
    {
        var agents = new FakeAgents();

        var outcome = await Cli.RunAsync(
            agents, "[nodes]\ncomp1 = 300.0.0.1\ncomp2 = x:y:z\n", TestContext.Current.CancellationToken, "ping", "192.0.2.1", "192.0.2.9");

        outcome.Code.ShouldBe(64);
        outcome.Error.ShouldContain("steth: steth.conf:2: ");
        outcome.Error.ShouldContain("steth: steth.conf:3: ");
        agents.Calls.ShouldBeEmpty();
    }
}
