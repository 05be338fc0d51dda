using Steth.Cli.Commands;
using Steth.Cli.Rendering;
using Steth.Controller.Inventory;
using Steth.OpenStack.Neutron;

namespace Steth.Cli.Tests.Commands;

/// <summary>Runs command lines against fake agents.</summary>
internal static class Cli
{
    public const string TwoNodes = """
        [nodes]
        comp1 = mgmt:192.0.2.1, net:198.51.100.1
        comp2 = mgmt:192.0.2.2, net:198.51.100.2
        """;

    public static Task<Outcome> RunAsync(FakeAgents agents, params string[] line) => RunAsync(agents, TwoNodes, TestContext.Current.CancellationToken, line);

    public static Task<Outcome> RunAsync(FakeAgents agents, INeutronClient neutron, params string[] line) =>
        RunAsync(
            agents, TwoNodes, services => services with { OpenCloud = (_, _) => neutron }, TestContext.Current.CancellationToken, line);

    public static Task<Outcome> RunAsync(FakeAgents agents, string? configuration, CancellationToken cancellationToken, params string[] line) =>
        RunAsync(agents, configuration, services => services, cancellationToken, line);

    public static async Task<Outcome> RunAsync(
        FakeAgents agents, string? configuration, Func<CommandServices, CommandServices> change, CancellationToken cancellationToken, params string[] line)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var services = new CommandServices
        {
            Streams = new OutputStreams { Out = output, Error = error },
            Time = TimeProvider.System,
            Variable = _ => null,
            LoadConfiguration = path => configuration is null
                ? new StethConfiguration { SourceFile = StethConfiguration.DefaultPath, SourceExists = false, Nodes = [], NetworkTypes = [], Problems = [] }
                : StethConfiguration.Parse(configuration, path ?? "steth.conf"),
            CreateClient = (_, _) => agents,
        };
        var code = await CommandTree.RunAsync(line, change(services), cancellationToken);
        return new Outcome(code, output.ToString(), error.ToString());
    }
}

/// <summary>What a command line came to.</summary>
internal sealed record Outcome(int Code, string Out, string Error);
