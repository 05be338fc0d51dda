using System.Security.Cryptography.X509Certificates;
using Steth.Contracts;
using Steth.Identity;

namespace Steth.Agent.Rpc;

/// <summary>Tells who calls.</summary>
public sealed class Callers
{
    private readonly BundleWatch? _bundle;
    private readonly Role _most;
    private readonly TimeProvider _time;

    private Callers(BundleWatch? bundle, Role most, TimeProvider time)
    {
        _bundle = bundle;
        _most = most;
        _time = time;
    }

    /// <summary>Without certificates: whoever reaches the port.</summary>
    public static Callers Anybody(Role most) => new(null, most, TimeProvider.System);

    /// <summary>Operators with a certificate.</summary>
    public static Callers Certified(BundleWatch bundle, Role most, TimeProvider time) => new(bundle, most, time);

    /// <summary>
    /// Who sends a request. Looked at with every one, and while it runs: a certificate may have been revoked, or have ended, since the
    /// connection was made.
    /// </summary>
    /// <param name="certificate">Of the connection; null: it has none.</param>
    /// <param name="refusal">Why he is not heard, a sentence; null: he is.</param>
    public Caller? Identify(X509Certificate2? certificate, out string? refusal)
    {
        refusal = null;
        if (_bundle is null)
            return new Caller(null, Role.Change, _most) { Payload = true };
        if (_bundle.Current().Fault(certificate, PrincipalKind.Operator, _time.GetUtcNow(), out var principal) is { } fault)
        {
            refusal = $"The caller's certificate {fault}."
                + (principal is null ? "" : $" It is {principal.Name}'s, serial number {principal.Serial}.");
            return null;
        }
        return new Caller(principal!.Name.ToString(), principal.Role!.Value, _most) { Payload = principal.Payload };
    }
}
