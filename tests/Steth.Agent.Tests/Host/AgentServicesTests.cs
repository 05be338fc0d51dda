using Microsoft.Extensions.Logging.Abstractions;
using Steth.Agent.Host;
using Steth.Contracts;

namespace Steth.Agent.Tests.Host;

public class AgentServicesTests
{
    [Fact]
    public async Task Services_AnswerEveryOperationAndTheThirteenOriginalMethods()
    {
        await using var services = new AgentServices(new AgentOptions(), TimeProvider.System, NullLogger.Instance);
        services.Dispatcher.MethodNames.Where(n => n.Contains('.')).ShouldBe(AgentOperations.All.Select(o => o.Name), ignoreOrder: true);
        services.Dispatcher.MethodNames.Where(n => !n.Contains('.')).ShouldBe(
            [
                "say_hello", "get_interface", "validate_ip", "ping", "check_ports_on_br", "add_vlan_to_interface", "setup_link", "teardown_link",
                "setup_iperf_server", "teardown_iperf_server", "start_iperf_client", "check_dhcp_on_comp", "check_dhcp_on_net",
            ],
            ignoreOrder: true);
    }
}
