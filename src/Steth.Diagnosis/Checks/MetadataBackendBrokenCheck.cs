using System.Globalization;
using Steth.Contracts.Operations;
using Steth.Diagnosis.Causes;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Paths;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Checks;

/// <summary>
/// M2: asked as the proxy asks it, the node's metadata agent does not answer, or answers that it or Nova behind it fails
/// (neutron/agent/metadata: 404 when no port is found, 403 of Nova when the shared secret differs, 5xx when Nova is not reached).
/// </summary>
public sealed class MetadataBackendBrokenCheck : IDiagnosisCheck
{
    private const string Agent = "neutron-metadata-agent";

    /// <inheritdoc/>
    public Cause Cause => CauseCatalogue.MetadataBackendBroken;

    /// <inheritdoc/>
    public IEnumerable<Finding> Judge(DiagnosisCase situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        if (situation.Probe(ProbeKind.SynMetadata) is null)
            yield break;
        var overDhcp = PathBuilder.IsMetadataOverDhcp(situation.Evidence);
        foreach (var host in situation.Evidence.Hosts)
        {
            if (host.Metadata is not { } answer || Wrong(situation, answer) is not { } wrong)
                continue;
            var ports = overDhcp ? situation.DhcpPortsOn(host) : [situation.Port.Router?.Interface?.PortId];
            yield return new Finding
            {
                Cause = Cause,
                Host = host.Name,
                Device = answer.Socket,
                At = [.. ports.SelectMany(situation.HopsOfPort).Where(h => h.Host == host.Name)],
                Breaks = [ProbeKind.SynMetadata],
                IsObserved = true,
                IsDecisive = true,
                Evidence = [$"{host.Name}: {wrong.Words}"],
                Remedy = $"on {host.Name} {wrong.Remedy}",
            };
        }
    }

    private static (string Words, string Remedy)? Wrong(DiagnosisCase situation, MetadataProbeResult answer)
    {
        var who = $"{Agent} at {answer.Socket}";
        if (answer.Failure is { } failure)
            return ($"{who} gave no answer: {failure}; it should", $"run 'systemctl restart {Agent}'");
        var status = answer.Status?.ToString(CultureInfo.InvariantCulture);
        return answer.Status switch
        {
            403 => ($"{who} answered {status}: Nova refuses the request's signature; it should answer 200",
                $"make metadata_proxy_shared_secret in metadata_agent.ini the same as in Nova's [neutron] section, and restart {Agent}"),
            404 => ($"{who} answered {status}: it finds no port with {situation.Port.Address} behind this router or network, or Nova knows "
                    + "no such server; it should answer 200",
                $"look in the log of {Agent} which of the two it is, and run 'systemctl restart {Agent}' to let it ask Neutron anew"),
            >= 500 => ($"{who} answered {status}: what stands behind it fails; it should answer 200",
                "see that nova_metadata_host and nova_metadata_port (8775) of metadata_agent.ini can be reached, "
                    + $"and look in the log of {Agent} for the error"),
            _ => null,
        };
    }
}
