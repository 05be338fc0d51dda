using System.Globalization;
using System.Text.RegularExpressions;
using Steth.Agent.Rpc;
using Steth.Agent.Tools;
using Steth.Agent.Tools.Ovs;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.OvsTrace"/> out.</summary>
public sealed partial class OvsTraceHandler(IToolRunner tools, OvsDatabase database)
{
    private const int LongestFlow = 1000;
    private const int MostLookups = 16;

    /// <summary>Asks ovs-vswitchd which way a packet would take.</summary>
    /// <exception cref="OperationException">
    /// InvalidParams (also with Open vSwitch's words for the flow), NoSuchDevice (names the bridges there are), ToolMissing, ToolFailed,
    /// Timeout.
    /// </exception>
    public async Task<OvsTraceResult> HandleAsync(OvsTraceParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Validate(parameters);
        var bridge = parameters.Bridge.ToString();
        // Two words may also be read as a datapath and its flow: only what is a bridge is asked for.
        await database.RequireBridgeAsync(bridge, cancellationToken);
        var output = await tools.RunAsync(
            new ToolCommand
            {
                Program = "ovs-appctl",
                Arguments =
                [
                    "--timeout=5", "ofproto/trace", "--names", bridge, parameters.Flow,
                    .. parameters.CtNext.SelectMany(state => new[] { "--ct-next", state }),
                ],
            },
            cancellationToken);
        if (output.ExitCode == 128 + 14)
            throw new OperationException(
                OperationErrorCode.Timeout, $"Bridge '{bridge}' did not answer within 5 s; look at the service ovs-vswitchd.");
        if (output.ExitCode != 0)
            throw Refused(bridge, output.Stderr.Trim().ReplaceLineEndings(" "));
        try
        {
            return FlowTrace.Parse(output.Stdout);
        }
        catch (FormatException e)
        {
            throw new OperationException(OperationErrorCode.ToolFailed, $"Bridge '{bridge}' cannot be traced: {e.Message}", e);
        }
    }

    private static OperationException Refused(string bridge, string words)
    {
        var code = words.Contains("unknown bridge", StringComparison.Ordinal) ? OperationErrorCode.NoSuchDevice
            : words.Contains("Bad openflow flow syntax", StringComparison.Ordinal) ? OperationErrorCode.InvalidParams
            : OperationErrorCode.ToolFailed;
        return new OperationException(code, $"Open vSwitch does not trace this on bridge '{bridge}': {words}");
    }

    private static void Validate(OvsTraceParams wanted)
    {
        Require(wanted.Flow.Length is > 0 and <= LongestFlow,
            string.Create(CultureInfo.InvariantCulture, $"flow has {wanted.Flow.Length} characters; expected 1-{LongestFlow}."));
        Require(FlowText().IsMatch(wanted.Flow),
            "flow holds a character that ovs-fields(7) does not need; expected letters, digits and _ = : . , / - +, a letter first.");
        Require(wanted.CtNext.Count <= MostLookups,
            string.Create(CultureInfo.InvariantCulture, $"ct_next has {wanted.CtNext.Count} states; expected 0-{MostLookups}."));
        foreach (var state in wanted.CtNext)
            Require(CtState().IsMatch(state),
                $"ct_next '{state}' is no conntrack state; expected words of trk, new, est, rel, rpl, inv, snat, dnat, joined by commas.");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new OperationException(OperationErrorCode.InvalidParams, otherwise);
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_=:.,/+-]*\z")]
    private static partial Regex FlowText();

    [GeneratedRegex(@"\A(trk|new|est|rel|rpl|inv|snat|dnat)([,|](trk|new|est|rel|rpl|inv|snat|dnat))*\z")]
    private static partial Regex CtState();
}
