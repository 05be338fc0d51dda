using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Steth.OpenStack.Keystone;

namespace Steth.OpenStack.Transport;

/// <summary>Whose certificates are believed, and why one was not.</summary>
internal sealed class ServerTrust(Cloud cloud)
{
    private readonly ConcurrentDictionary<string, string> _complaints = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What the TLS layer is to do.</summary>
    public SslClientAuthenticationOptions Options()
    {
        var options = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = Validate };
        if (cloud is { Verify: true, CaCertFile: { } bundle })
        {
            // As python-openstackclient does: the bundle instead of the system's CAs, not beside them.
            options.CertificateChainPolicy =
                new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(Bundle(bundle));
        }
        if (cloud.ClientCertFile is { } certificate)
            options.ClientCertificates = [Own(certificate, cloud.ClientKeyFile)];
        return options;
    }

    /// <summary>What was wrong with the certificate of a host; null when nothing is known.</summary>
    public string? ComplaintAbout(string host) => _complaints.GetValueOrDefault(host);

    private bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None || !cloud.Verify)
            return true;
        if (sender is SslStream { TargetHostName: { } host })
            _complaints[host] = Complaint(chain, errors);
        return false;
    }

    private static string Complaint(X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            return "it shows none";
        var flaws = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, s) => all | s.Status) ?? X509ChainStatusFlags.NoError;
        if (flaws.HasFlag(X509ChainStatusFlags.NotTimeValid))
            return "it has expired or is not valid yet";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return "it was made out to another name";
        return flaws.HasFlag(X509ChainStatusFlags.UntrustedRoot) || flaws.HasFlag(X509ChainStatusFlags.PartialChain)
            ? "its CA is unknown here"
            : $"{flaws}";
    }

    private static X509Certificate2Collection Bundle(string file)
    {
        var bundle = new X509Certificate2Collection();
        try
        {
            bundle.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw Unusable("cacert", file, e);
        }
        return bundle.Count > 0 ? bundle : throw Unusable("cacert", file, null);
    }

    private static X509Certificate2 Own(string file, string? keyFile)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(file, keyFile);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw Unusable("cert", file, e);
        }
    }

    private static OpenStackException Unusable(string key, string file, Exception? cause) => new(
        OpenStackFailure.Configuration,
        cause switch
        {
            FileNotFoundException or DirectoryNotFoundException => $"{key} names {file}, which does not exist.",
            UnauthorizedAccessException => $"{key} names {file}, which may not be read by this user.",
            _ => $"{key} names {file}, in which no certificate in PEM form was found.",
        },
        cause);
}
