using System.Globalization;
using Steth.Agent.Kernel;
using Steth.Agent.Rpc;
using Steth.Contracts;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Operations;

/// <summary>Carries <see cref="AgentOperations.NamespaceList"/> out.</summary>
public static class NamespaceListHandler
{
    private const int MostDevices = 256;

    /// <summary>Lists the namespaces; only when devices are asked for are they entered, one after another in this process.</summary>
    /// <exception cref="OperationException">InvalidParams; PermissionDenied when devices are asked for and none may be entered.</exception>
    public static Task<NamespaceListResult> HandleAsync(
        NamespaceListParams parameters, CallContext call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Devices.Count > MostDevices)
            throw new OperationException(OperationErrorCode.InvalidParams, string.Create(
                CultureInfo.InvariantCulture, $"devices has {parameters.Devices.Count} devices; expected 0-{MostDevices}."));
        var names = NetworkNamespace.List();
        var held = parameters.Devices.Count == 0
            ? new Dictionary<NamespaceName, IReadOnlyList<DeviceName>>()
            : Devices.Held(names, parameters.Devices);
        return Task.FromResult(new NamespaceListResult
        {
            Namespaces = [.. names.Select(name => new NamespaceFacts
            {
                Name = name.ToString(),
                Devices = [.. held.GetValueOrDefault(name, []).Select(d => d.ToString())],
            })],
        });
    }
}
