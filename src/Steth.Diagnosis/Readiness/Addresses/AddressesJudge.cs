using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Addresses;

/// <summary>Judges who answers for the nodes' addresses and gateways, and which DHCP servers there are.</summary>
public static class AddressesJudge
{
    /// <summary>Judges.</summary>
    public static AddressesReport Judge(AddressesEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var owners = new MacOwners(evidence.Macs);
        var addresses = new DuplicateJudge(evidence, owners);
        var gateways = new GatewayJudge(evidence, owners);
        var servers = new DhcpServerJudge(evidence, owners);
        List<AddressResult> results = [.. addresses.Results, .. gateways.Results, .. servers.Results];
        List<CheckFinding> findings =
        [
            .. addresses.Findings, .. gateways.Findings, .. servers.Findings, .. evidence.Unread.Select(Unread),
        ];
        return new AddressesReport
        {
            Check = "addresses",
            Status = CheckReport.StatusOf(
                [.. results.Select(r => r.State), .. evidence.Unread.Concat(evidence.Unreachable).Select(_ => CheckState.Unknown)]),
            Results = results,
            Findings = [.. findings.OrderBy(f => f.State == CheckState.Unknown)],
            Unreachable = evidence.Unreachable,
            TookMs = evidence.TookMs,
        };
    }

    private static CheckFinding Unread(UnreachableHost node) => new()
    {
        Id = "addresses-not-read",
        State = CheckState.Unknown,
        Summary = $"the devices of {node.Host} could not be read",
        Nodes = [node.Host],
        Evidence = [node.Reason],
    };
}
