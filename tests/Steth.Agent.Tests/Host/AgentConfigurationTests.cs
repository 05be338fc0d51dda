using System.Net;
using Steth.Agent.Host;
using Steth.Contracts;

namespace Steth.Agent.Tests.Host;

public class AgentConfigurationTests
{
    private readonly Dictionary<string, string> _environment = [];
    private readonly Dictionary<string, string> _files = [];

    private AgentConfiguration Read(params string[] args) => AgentConfiguration.Read(
        AgentCommandLine.Parse(args), name => _environment.GetValueOrDefault(name), path => _files.GetValueOrDefault(path));

    private AgentOptions Options(params string[] args)
    {
        var configuration = Read(args);
        configuration.Errors.ShouldBeEmpty();
        return configuration.Options;
    }

    [Fact]
    public void Read_Nothing_ListensOnAllAddressesAt9698() =>
        Options().ShouldBe(new AgentOptions { Listen = IPAddress.Any, Port = 9698, NeutronHost = null, Insecure = false });

    [Fact]
    public void Read_File_IsTaken()
    {
        _files["/etc/steth/steth-agent.conf"] = "# agent\n[agent]\nlisten: ::\nport = \"9700\"\nneutron_host = comp1.example\ninsecure = Yes\n";
        Options().ShouldBe(new AgentOptions { Listen = IPAddress.IPv6Any, Port = 9700, NeutronHost = "comp1.example", Insecure = true });
    }

    [Fact]
    public void Read_CommandLine_BeatsEnvironmentBeatsFile()
    {
        _files["/etc/steth/steth-agent.conf"] = "[agent]\nlisten = 192.0.2.1\nport = 1\nneutron_host = file\ninsecure = true";
        _environment["STETH_AGENT_PORT"] = "2";
        _environment["STETH_AGENT_NEUTRON_HOST"] = "environment";
        _environment["STETH_AGENT_INSECURE"] = "0";
        _environment["STETH_AGENT_LISTEN"] = "";
        Options("--neutron-host=line", "--port", "0").ShouldBe(
            new AgentOptions { Listen = IPAddress.Parse("192.0.2.1"), Port = 0, NeutronHost = "line", Insecure = false });
        Options("--insecure").Insecure.ShouldBeTrue();
    }

    [Theory]
    [InlineData("journal")]
    [InlineData("/var/log/steth/audit.log")]
    public void Read_Audit_IsAFileOrTheJournal(string place) => Options("--audit", place).Audit.ShouldBe(place);

    [Theory]
    [InlineData("audit.log")]
    [InlineData("/var/log/")]
    [InlineData("")]
    public void Read_AuditThatIsNoFile_IsAnError(string place) =>
        Read("--audit", place).Errors.ShouldBe([$"--audit: '{place}' is no place for the audit; expected the absolute path of a file, or journal"]);

    [Fact]
    public void Read_CertificatesAndRole_AreTaken()
    {
        _files["/etc/steth/steth-agent.conf"] = "[agent]\ntls = /etc/node\nmax_role = probe";
        var options = Options();
        options.Tls.ShouldBe("/etc/node");
        options.MaxRole.ShouldBe(Role.Probe);
        Options("--max-role", "read").MaxRole.ShouldBe(Role.Read);
    }

    [Fact]
    public void Read_WrongCertificatesAndRole_AreTold()
    {
        _files["/etc/steth/steth-agent.conf"] = "[agent]\ntls =\nmax_role = root";
        Read().Errors.ShouldBe(
        [
            "/etc/steth/steth-agent.conf:2: tls: expected the folder of the node's certificates",
            "/etc/steth/steth-agent.conf:3: max_role: 'root' is not a role; expected read, probe or change",
        ]);
    }

    [Fact]
    public void Read_NamedFile_IsReadInsteadOfTheDefault()
    {
        _files["/etc/steth/steth-agent.conf"] = "[agent]\nport = 1";
        _files["/a"] = "[agent]\nport = 2";
        _files["/b"] = "[agent]\nport = 3";
        _environment["STETH_AGENT_CONFIG"] = "/a";
        Options().Port.ShouldBe(2);
        Options("--config", "/b").Port.ShouldBe(3);
    }

    [Fact]
    public void Read_Faults_AreToldAllWithTheirPlaces()
    {
        _files["/c"] = "port = 5\n[agent]\nlisten = eth0\nport = 99999\ncolour = red\nnonsense\nneutron_host = a b\n[other]\nx = 1";
        _environment["STETH_AGENT_INSECURE"] = "perhaps";
        Read("--config", "/c", "--port", "-1", "--verbose", "extra", "--listen").Errors.ShouldBe(
        [
            "/c:6: 'nonsense' is not an assignment; expected key = value",
            "/c:1: unknown key 'port' in [DEFAULT]; known: listen, port, neutron_host, tls, max_role, audit, state_dir, insecure in [agent]",
            "/c:3: listen: 'eth0' is not an IP address; expected one of this host, or 0.0.0.0 or :: for all",
            "/c:4: port: '99999' is not a TCP port; expected 0-65535",
            "/c:5: unknown key 'colour' in [agent]; known: listen, port, neutron_host, tls, max_role, audit, state_dir, insecure in [agent]",
            "/c:7: neutron_host: 'a b' is not a host name; expected the 'host' Neutron's agents on this node report",
            "/c:9: unknown key 'x' in [other]; known: listen, port, neutron_host, tls, max_role, audit, state_dir, insecure in [agent]",
            "STETH_AGENT_INSECURE: 'perhaps' is not a boolean; expected true or false",
            "--port: '-1' is not a TCP port; expected 0-65535",
            "--verbose: no such option; see --help",
            "extra: no such option; see --help",
            "--listen: a value is missing; see --help",
        ]);
    }

    [Fact]
    public void Read_NamedFileMissingOrUnreadable_IsAFault()
    {
        Read("--config", "/none").Errors.ShouldBe(["/none: there is no such file"]);
        AgentConfiguration.Read(AgentCommandLine.Parse([]), _ => null, _ => throw new UnauthorizedAccessException("denied")).Errors
            .ShouldBe(["/etc/steth/steth-agent.conf: cannot be read: denied"]);
    }
}
