using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Steth.Agent.Host;
using Steth.Contracts;

namespace Steth.Conformity.Tests;

/// <summary>What is declared has a handler and a test; what is promised to the original's clients is answered.</summary>
public partial class OperationTests
{
    private static readonly FieldInfo[] s_fields = typeof(AgentOperations).GetFields(BindingFlags.Public | BindingFlags.Static);

    public static TheoryData<string> Declarations => [.. s_fields.Select(f => f.Name)];

    [Fact]
    public void All_NamesEveryDeclarationOnce() =>
        AgentOperations.All.ShouldBe(s_fields.Select(f => (Operation)f.GetValue(null)!), ignoreOrder: true);

    [Fact]
    public async Task Agent_AnswersEveryOperationAndEveryMethodOfTheCompatibilityPage()
    {
        var original = MethodRow().Matches(await File.ReadAllTextAsync(Repository.PathOf("docs", "compatibility.md"), TestContext.Current.CancellationToken))
            .Select(m => m.Groups[1].Value).ToList();
        original.Count.ShouldBe(13);
        // A dispatcher refuses a second handler for a name.
        await using var services = new AgentServices(new AgentOptions(), null, TimeProvider.System, NullLogger.Instance);
        services.Dispatcher.MethodNames.ShouldBe(AgentOperations.All.Select(o => o.Name).Concat(original), ignoreOrder: true);
    }

    /// <summary>An original method must not be a way round the role of what it does.</summary>
    [Fact]
    public async Task OriginalMethods_NeedTheRoleOfWhatTheyDo()
    {
        await using var services = new AgentServices(new AgentOptions(), null, TimeProvider.System, NullLogger.Instance);
        services.Dispatcher.RolesOf(services.Dispatcher.MethodNames.Except(AgentOperations.All.Select(o => o.Name))).ShouldBe(
        [
            ("say_hello", Role.Read), ("get_interface", Role.Read), ("validate_ip", Role.Read), ("ping", AgentOperations.Ping.Role),
            ("check_ports_on_br", AgentOperations.OvsShow.Role), ("add_vlan_to_interface", Role.Change), ("setup_link", AgentOperations.InterfaceSetup.Role),
            ("teardown_link", AgentOperations.InterfaceTeardown.Role), ("setup_iperf_server", AgentOperations.IperfServe.Role),
            ("teardown_iperf_server", AgentOperations.LeaseRelease.Role), ("start_iperf_client", AgentOperations.IperfRun.Role),
            ("check_dhcp_on_comp", AgentOperations.DhcpTrace.Role), ("check_dhcp_on_net", AgentOperations.ArpTrace.Role),
        ], ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Declarations))]
    public void Operation_HasTestsOfItsHandler(string declaration) =>
        Repository.Sources("tests", "Steth.Agent.Tests").Where(f => f.EndsWith("Tests.cs", StringComparison.Ordinal))
            .Any(f => File.ReadAllText(f) is var text
                && (text.Contains($"{declaration}Handler", StringComparison.Ordinal) || text.Contains($"AgentOperations.{declaration},", StringComparison.Ordinal)))
            .ShouldBeTrue($"no test in tests/Steth.Agent.Tests names {declaration}Handler");

    [GeneratedRegex(@"^\| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex MethodRow();
}
