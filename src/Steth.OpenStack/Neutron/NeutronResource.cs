using System.Text.Json.Serialization.Metadata;

namespace Steth.OpenStack.Neutron;

/// <summary>A kind of thing Neutron has, declared once: its path, its member in answers, its shape.</summary>
/// <typeparam name="T">The record.</typeparam>
public sealed class NeutronResource<T>
    where T : class
{
    internal NeutronResource(string path, string member, string members, JsonTypeInfo<T> type)
    {
        Path = path;
        Member = member;
        Members = members;
        Type = type;
    }

    /// <summary>The path below /v2.0: <c>security-groups</c>.</summary>
    public string Path { get; }

    /// <summary>The member that holds one: <c>security_group</c>.</summary>
    public string Member { get; }

    /// <summary>The member that holds several: <c>security_groups</c>.</summary>
    public string Members { get; }

    /// <summary>How one is read.</summary>
    internal JsonTypeInfo<T> Type { get; }
}
