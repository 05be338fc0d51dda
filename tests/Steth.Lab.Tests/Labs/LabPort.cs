namespace Steth.Lab.Tests.Labs;

/// <summary>A VM port as `status -f json` prints it.</summary>
public sealed record LabPort(
    string Id, string Name, string Mac, string Ip, string Host, string Network, string NetworkType, string Plug)
{
    /// <summary>The first 11 characters of the id, which device names carry.</summary>
    public string Short => Id[..11];
}
