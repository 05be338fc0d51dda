using System.Text.Json.Serialization;

namespace Steth.Contracts;

/// <summary>An enumeration by its names alone: a number would be taken unchecked, whatever stands for it.</summary>
/// <typeparam name="T">Its members' names are those of <see cref="JsonStringEnumMemberNameAttribute"/>.</typeparam>
public sealed class EnumNameJsonConverter<T> : JsonStringEnumConverter<T>
    where T : struct, Enum
{
    /// <summary>Refuses numbers.</summary>
    public EnumNameJsonConverter()
        : base(namingPolicy: null, allowIntegerValues: false)
    {
    }
}
