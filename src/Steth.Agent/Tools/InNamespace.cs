using Steth.Contracts;
using Steth.Contracts.Names;

namespace Steth.Agent.Tools;

/// <summary>
/// Runs programs inside a named network namespace. nsenter(1) changes the network namespace alone; ip-netns(8) would give the program
/// another /sys and another /etc as well.
/// </summary>
public static class InNamespace
{
    /// <summary>As <see cref="IToolRunner.RunAsync"/>, inside; null: where the agent is.</summary>
    /// <exception cref="OperationException">As <see cref="IToolRunner.RunAsync"/>.</exception>
    public static Task<ToolOutput> RunAsync(
        this IToolRunner tools, NamespaceName? inside, ToolCommand command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tools);
        ArgumentNullException.ThrowIfNull(command);
        if (inside is not { } name)
            return tools.RunAsync(command, cancellationToken);
        var program = tools.Find(command.Program) ?? throw ToolPackages.Missing(command.Program);
        return tools.RunAsync(
            command with { Program = "nsenter", Arguments = [$"--net=/run/netns/{name}", "--", program, .. command.Arguments] },
            cancellationToken);
    }
}
