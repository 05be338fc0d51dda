namespace Steth.Neutron.Tests.Labs;

/// <summary>Tests that share one lab, one after the other: some of them break it and heal it.</summary>
[CollectionDefinition(Name)]
public sealed class NeutronCollection : ICollectionFixture<NeutronLab>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "one real Neutron";
}
