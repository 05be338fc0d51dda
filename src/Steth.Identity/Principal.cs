using System.Security.Cryptography.X509Certificates;
using Steth.Contracts;

namespace Steth.Identity;

/// <summary>What a certificate is for.</summary>
public enum PrincipalKind
{
    /// <summary>An agent's: it serves (extended key usage serverAuth), and may call nobody.</summary>
    Node,

    /// <summary>An operator's: it calls agents (clientAuth), and cannot serve.</summary>
    Operator,
}

/// <summary>
/// Whom a certificate names and what he may do. The subject of a node is <c>O=steth, OU=node, CN=name</c>, of an operator
/// <c>O=steth, OU=read|probe|change, CN=name</c> with a further <c>OU=payload</c> where he may see what packets carry.
/// </summary>
public sealed record Principal
{
    /// <summary>How long before its end a certificate is warned about.</summary>
    public static readonly TimeSpan Warning = TimeSpan.FromDays(30);

    internal const string Organization = "steth";
    internal const string NodeUnit = "node";
    internal const string PayloadUnit = "payload";
    internal const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    internal const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    private const string CommonNameOid = "2.5.4.3";
    private const string OrganizationOid = "2.5.4.10";
    private const string UnitOid = "2.5.4.11";

    /// <summary>Node or operator.</summary>
    public required PrincipalKind Kind { get; init; }

    /// <summary>Its name.</summary>
    public required PrincipalName Name { get; init; }

    /// <summary>What an operator may do; null for a node.</summary>
    public Role? Role { get; init; }

    /// <summary>An operator may see the payload of captured packets.</summary>
    public bool Payload { get; init; }

    /// <summary>The certificate's serial number, upper case hexadecimal.</summary>
    public required string Serial { get; init; }

    /// <summary>When the certificate ends.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>Reads a certificate; whether it is to be trusted is another question (<see cref="IdentityBundle.Fault"/>).</summary>
    /// <returns>Null: it is none of steth's making.</returns>
    public static Principal? Read(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        if (Subject(certificate) is not { } parts || Only(parts, OrganizationOid) != Organization
            || !PrincipalName.TryParse(Only(parts, CommonNameOid), out var name))
            return null;
        var units = parts.Where(p => p.Type == UnitOid).Select(p => p.Value).ToList();
        return (Purpose(certificate), units) switch
        {
            (ServerAuth, [NodeUnit]) => Named(PrincipalKind.Node, null, payload: false),
            (ClientAuth, [var role]) when RoleOf(role) is { } given => Named(PrincipalKind.Operator, given, payload: false),
            (ClientAuth, [var role, PayloadUnit]) when RoleOf(role) is { } given => Named(PrincipalKind.Operator, given, payload: true),
            _ => null,
        };

        Principal Named(PrincipalKind kind, Role? role, bool payload) => new()
        {
            Kind = kind,
            Name = name,
            Role = role,
            Payload = payload,
            Serial = certificate.SerialNumber,
            NotAfter = certificate.NotAfter,
        };
    }

    /// <summary>The word of a role, as certificates, options and configuration write it.</summary>
    public static string WordOf(Role role) => role switch
    {
        Contracts.Role.Read => "read",
        Contracts.Role.Probe => "probe",
        _ => "change",
    };

    /// <summary>The role of a word; null: there is none.</summary>
    public static Role? RoleOf(string? word) => word switch
    {
        "read" => Contracts.Role.Read,
        "probe" => Contracts.Role.Probe,
        "change" => Contracts.Role.Change,
        _ => null,
    };

    internal X500DistinguishedName ToSubject()
    {
        var builder = new X500DistinguishedNameBuilder();
        // Encoded in reverse: the common name comes last in the certificate.
        builder.AddCommonName(Name.ToString());
        if (Payload)
            builder.AddOrganizationalUnitName(PayloadUnit);
        builder.AddOrganizationalUnitName(Role is { } role ? WordOf(role) : NodeUnit);
        builder.AddOrganizationName(Organization);
        return builder.Build();
    }

    private static List<(string? Type, string? Value)>? Subject(X509Certificate2 certificate)
    {
        try
        {
            var parts = new List<(string?, string?)>();
            foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames(reversed: false))
            {
                if (part.HasMultipleElements)
                    return null;
                parts.Add((part.GetSingleElementType().Value, part.GetSingleElementValue()));
            }
            return parts;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }

    private static string? Only(List<(string? Type, string? Value)> parts, string type) =>
        parts.Where(p => p.Type == type).Select(p => p.Value).ToList() is [var one] ? one : null;

    private static string? Purpose(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().ToList() is [{ EnhancedKeyUsages: { Count: 1 } usages }]
            ? usages[0].Value : null;
}
