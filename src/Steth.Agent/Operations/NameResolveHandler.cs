using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Steth.Agent.Rpc;
using Steth.Agent.Tools;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.NameResolve"/> out, by getent(1).</summary>
/// <remarks>
/// .NET's own Dns would not do: it adds the addresses of all interfaces to the host's own name, and what /etc/hosts says of it is what
/// matters. getent asks getaddrinfo(3), as programs do, and can be ended when the resolver hangs.
/// </remarks>
public sealed partial class NameResolveHandler(IToolRunner tools, TimeProvider time)
{
    private const int MostNames = 1024;
    private const int AtOnce = 8;
    private const int NotFound = 2;

    /// <summary>Resolves all names, several at once.</summary>
    /// <exception cref="OperationException">InvalidParams, ToolMissing. A name without an address is a result.</exception>
    public async Task<NameResolveResult> HandleAsync(NameResolveParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Validate(parameters);
        if (tools.Find("getent") is null)
            throw ToolPackages.Missing("getent");
        using var turns = new SemaphoreSlim(AtOnce);
        return new NameResolveResult { Names = await Task.WhenAll(parameters.Names.Select(ResolveInTurnAsync)) };

        async Task<ResolvedName> ResolveInTurnAsync(string name)
        {
            await turns.WaitAsync(cancellationToken);
            try
            {
                return await ResolveAsync(name, TimeSpan.FromMilliseconds(parameters.TimeoutMs), cancellationToken);
            }
            finally
            {
                turns.Release();
            }
        }
    }

    /// <summary>The addresses of <c>getent ahosts</c>, each once: a line a socket type, address first.</summary>
    public static IReadOnlyList<IPAddress> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Split('\n').Select(line => line.Split(' ', 2)[0])
            .Select(word => IPAddress.TryParse(word, out var address) ? address : null).OfType<IPAddress>().Distinct()];
    }

    private async Task<ResolvedName> ResolveAsync(string name, TimeSpan patience, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var (addresses, problem) = await AskAsync(name, patience, cancellationToken);
        return new ResolvedName
        {
            Name = name,
            Addresses = addresses,
            Problem = problem,
            TookMs = time.GetElapsedTime(start).TotalMilliseconds,
        };
    }

    private async Task<(IReadOnlyList<IPAddress> Addresses, string? Problem)> AskAsync(
        string name, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            var output = await tools.RunAsync(
                new ToolCommand { Program = "getent", Arguments = ["ahosts", "--", name], Deadline = patience }, cancellationToken);
            var addresses = Parse(output.Stdout);
            return addresses.Count > 0 ? (addresses, null)
                : output.ExitCode is 0 or NotFound ? ([], "no source knows it")
                : ([], string.Create(CultureInfo.InvariantCulture, $"getent ended with {output.ExitCode}"));
        }
        catch (OperationException e) when (e.Code == OperationErrorCode.Timeout)
        {
            return ([], string.Create(CultureInfo.InvariantCulture, $"no answer within {patience.TotalSeconds:0.###} s"));
        }
    }

    private static void Validate(NameResolveParams wanted)
    {
        Require(wanted.Names.Count is >= 1 and <= MostNames,
            string.Create(CultureInfo.InvariantCulture, $"names has {wanted.Names.Count}; allowed are 1-{MostNames}."));
        Require(wanted.TimeoutMs is >= 100 and <= 60000,
            string.Create(CultureInfo.InvariantCulture, $"timeout_ms {wanted.TimeoutMs} is out of range; expected 100-60000."));
        foreach (var name in wanted.Names)
        {
            Require(HostName().IsMatch(name),
                $"'{name}' is not a host name; expected letters, digits, '-', '_' and '.', at most 253 of them.");
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new OperationException(OperationErrorCode.InvalidParams, otherwise);
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}\z")]
    private static partial Regex HostName();
}
