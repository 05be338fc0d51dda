using Steth.Agent.Host;
using Steth.Agent.Rpc;
using Steth.Agent.Tools;
using Steth.Contracts;
using Steth.Contracts.Operations;
using Steth.Identity;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.AgentInfo"/> out.</summary>
public sealed class AgentInfoHandler(AgentOptions options, BundleWatch? bundle, IToolRunner tools, TimeProvider time)
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    /// <summary>Tells who the agent is. Programs are looked for anew at each call: they may have been installed meanwhile.</summary>
    public Task<AgentInfoResult> HandleAsync(AgentInfoParams parameters, CallContext call, CancellationToken cancellationToken) =>
        Task.FromResult(new AgentInfoResult
        {
            Hostname = HostFacts.Hostname,
            NeutronHost = options.NeutronHost,
            Version = AgentVersion.Text,
            OperatingSystem = HostFacts.OperatingSystem,
            Kernel = HostFacts.Kernel,
            StartedAt = _startedAt,
            VlanDevices = HostFacts.VlanDevices,
            Insecure = bundle is null,
            CertificateUntil = bundle?.Current().Self.NotAfter,
            Tools =
            [
                .. ToolPackages.Programs.Select(
                    name => new AgentTool { Name = name, Path = tools.Find(name), Package = ToolPackages.PackageOf(name)! }),
            ],
        });
}
