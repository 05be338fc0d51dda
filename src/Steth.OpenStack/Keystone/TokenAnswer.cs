using System.Text.Json.Serialization;
using Steth.OpenStack.Transport;

namespace Steth.OpenStack.Keystone;

/// <summary>The <c>token</c> member of Keystone's answer, as far as it is used.</summary>
internal sealed record TokenAnswer
{
    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? IssuedAt { get; init; }

    public Named? User { get; init; }

    public Named? Project { get; init; }

    public IReadOnlyList<Named> Roles
    {
        get;
        init => field = Lenient.List(value);
    } = [];

    public IReadOnlyList<CatalogService> Catalog
    {
        get;
        init => field = Lenient.List(value);
    } = [];

    /// <summary>Something with a name.</summary>
    internal sealed record Named(string? Name);
}

/// <summary>How Keystone's answers are read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TokenAnswer))]
internal sealed partial class KeystoneJson : JsonSerializerContext;
