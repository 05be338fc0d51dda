namespace Steth.OpenStack.Transport;

/// <summary>What services send where a list is declared.</summary>
internal static class Lenient
{
    /// <summary>null and missing are an empty list, elements that are null are left out.</summary>
    public static IReadOnlyList<T> List<T>(IReadOnlyList<T>? value)
        where T : class => value is null ? [] : value.Any(v => v is null) ? [.. value.Where(v => v is not null)] : value;
}
