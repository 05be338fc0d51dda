using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Steth.Agent.Tools;
using Steth.Contracts;
using Steth.Contracts.Names;

namespace Steth.Agent.Leases;

/// <summary>
/// Deletes a network device. It is made under an index chosen beforehand (ip-link(8), <c>index</c>), so that the one of that name can be
/// told from another's also when the agent was killed right after making it.
/// </summary>
public sealed record DeviceUndo : LeaseUndo
{
    /// <summary>Its name.</summary>
    public required DeviceName Name { get; init; }

    /// <summary>Its network namespace; null: the agent's own.</summary>
    public NamespaceName? Namespace { get; init; }

    /// <summary>Its index.</summary>
    public required int Index { get; init; }

    /// <summary>An index that the kernel, which counts up from 1, will not come to.</summary>
    public static int NewIndex() => RandomNumberGenerator.GetInt32(1 << 28, int.MaxValue);

    /// <inheritdoc/>
    public override async Task RunAsync(IToolRunner tools, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tools);
        if (await IndexAsync(tools, cancellationToken) != Index)
            return;
        var output = await tools.RunAsync(Namespace, Ip("link", "delete", "dev", Name.ToString()), cancellationToken);
        if (output.ExitCode != 0 && await IndexAsync(tools, cancellationToken) == Index)
        {
            throw new OperationException(
                OperationErrorCode.ToolFailed, $"The device '{Name}' cannot be deleted: {output.Stderr.Trim().ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>Of the device that has the name now; null: there is none, or the whole namespace went away with it.</summary>
    private async Task<int?> IndexAsync(IToolRunner tools, CancellationToken cancellationToken)
    {
        var output = await tools.RunAsync(Namespace, Ip("-j", "link", "show", "dev", Name.ToString()), cancellationToken);
        if (output.ExitCode != 0)
        {
            var words = output.Stderr.Trim().ReplaceLineEndings(" ");
            if (IsGone(words))
                return null;
            throw new OperationException(OperationErrorCode.ToolFailed, string.Create(CultureInfo.InvariantCulture,
                $"ip does not tell whether there is a device '{Name}' (exit code {output.ExitCode}): {words}"));
        }
        try
        {
            using var links = JsonDocument.Parse(output.Stdout);
            return links.RootElement.EnumerateArray().First().GetProperty("ifindex").GetInt32();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new OperationException(OperationErrorCode.ToolFailed, string.Create(CultureInfo.InvariantCulture,
                $"ip printed something else than the device '{Name}' in JSON."), e);
        }
    }

    /// <summary>Whether ip(8) or nsenter(1) says that there is no such device or namespace; other failures say nothing of it.</summary>
    private static bool IsGone(string words) =>
        words.Contains("does not exist", StringComparison.Ordinal)
        || words.Contains("Cannot find device", StringComparison.Ordinal)
        || (words.Contains("cannot open /run/netns/", StringComparison.Ordinal)
            && words.Contains("No such file or directory", StringComparison.Ordinal));

    private static ToolCommand Ip(params string[] arguments) => new() { Program = "ip", Arguments = arguments };
}
