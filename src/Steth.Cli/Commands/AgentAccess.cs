using Steth.Controller.Agents;
using Steth.Identity;

namespace Steth.Cli.Commands;

/// <summary>How agents are to be asked.</summary>
public sealed record AgentAccess
{
    /// <summary>Where an operator's bundle is looked for when nothing is said, below his home and for the whole machine.</summary>
    public const string UserFolder = ".config/steth/operator";

    /// <summary>The same for the whole machine.</summary>
    public const string SystemFolder = "/etc/steth/operator";

    /// <summary>How long a stream may go without a line.</summary>
    public required TimeSpan Silence { get; init; }

    /// <summary>Folder of the operator's bundle.</summary>
    public required string Folder { get; init; }

    /// <summary>By plain HTTP.</summary>
    public bool Insecure { get; init; }

    /// <summary>Makes the client.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="warn">Told when the certificate soon ends.</param>
    /// <exception cref="UsageException">There is no certificate that could be used.</exception>
    public AgentClient Open(TimeProvider time, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(warn);
        IdentityBundle? identity = null;
        if (!Insecure)
        {
            try
            {
                identity = IdentityBundle.Load(Folder, PrincipalKind.Operator);
            }
            catch (IdentityException e)
            {
                throw new UsageException(
                    $"{e.Message} Agents are asked with an operator's certificate: make one with 'steth pki init' or "
                    + "'steth pki operator' and name its "
                    + "folder with --tls; where agents run with --insecure, so does steth.");
            }
            if (identity.Fault(identity.Certificate, PrincipalKind.Operator, time.GetUtcNow(), out _) is { } fault)
                throw new UsageException($"{Path.Combine(Folder, BundleFiles.Certificate)}: this certificate {fault}.");
            if (identity.Self.NotAfter - time.GetUtcNow() < Principal.Warning)
                warn($"the certificate of {identity.Self.Name} ends on {identity.Self.NotAfter.UtcDateTime:yyyy-MM-dd}: "
                    + "renew it with 'steth pki renew'");
        }
        return new AgentClient(new AgentClientSettings { Silence = Silence, Identity = identity }, time);
    }

    /// <summary>The folder that is taken when none is named.</summary>
    public static string DefaultFolder(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        var own = variable("HOME") is { Length: > 0 } home ? Path.Combine(home, UserFolder) : null;
        return own is not null && (Directory.Exists(own) || !Directory.Exists(SystemFolder)) ? own : SystemFolder;
    }
}
