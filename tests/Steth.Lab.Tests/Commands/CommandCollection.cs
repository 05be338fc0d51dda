using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Commands;

/// <summary>Tests of steth's commands that share one lab, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class CommandCollection : ICollectionFixture<LabFixture>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "commands";
}
