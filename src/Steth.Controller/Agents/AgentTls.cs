using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Steth.Identity;

namespace Steth.Controller.Agents;

/// <summary>TLS 1.3 with agents, certificates on both sides: an agent's has to name the address it is asked at.</summary>
internal sealed class AgentTls(IdentityBundle identity, TimeProvider time)
{
    /// <summary>For the HTTP client.</summary>
    public SslClientAuthenticationOptions Options => new()
    {
        EnabledSslProtocols = SslProtocols.Tls13,
        ClientCertificateContext = identity.Context,
        CertificateChainPolicy = identity.PeerPolicy(),
        RemoteCertificateValidationCallback = (stream, certificate, _, _) =>
            Check(((SslStream)stream).TargetHostName, certificate as X509Certificate2),
    };

    /// <exception cref="IdentityException">It is not to be trusted; the message follows "the certificate of the agent".</exception>
    private bool Check(string host, X509Certificate2? certificate)
    {
        if (identity.Fault(certificate, PrincipalKind.Node, time.GetUtcNow(), out var principal) is { } fault)
            throw new IdentityException(fault);
        return certificate!.MatchesHostname(host) ? true : throw new IdentityException(
            $"is {principal!.Name}'s, and does not name {host}: is this that node? "
            + "Then issue it again for this address with 'steth pki issue'");
    }
}
