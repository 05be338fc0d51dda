using Steth.Agent.Tools;

namespace Steth.Agent.Tests.Kernel;

/// <summary>The real tools but for one, which always refuses.</summary>
internal sealed class ToolsWithout(string program, IToolRunner real) : IToolRunner
{
    public Task<ToolOutput> RunAsync(ToolCommand command, CancellationToken cancellationToken) =>
        command.Program == program
        || (command.Program == "nsenter" && command.Arguments.Any(a => a.EndsWith($"/{program}", StringComparison.Ordinal)))
            ? Task.FromResult(new ToolOutput(1, "", "Error: no such thing\n"))
            : real.RunAsync(command, cancellationToken);

    public Task<IRunningTool> StartAsync(ToolCommand command, Action<string>? onLine, CancellationToken cancellationToken) =>
        real.StartAsync(command, onLine, cancellationToken);

    public string? Find(string name) => real.Find(name);
}
