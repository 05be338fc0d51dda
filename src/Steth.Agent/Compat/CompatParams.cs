using System.Globalization;
using System.Net;
using System.Text.Json;
using Steth.Contracts;
using Steth.Packets.Addresses;

namespace Steth.Agent.Compat;

/// <summary>
/// Parameters of an original method, bound to their names. Null stands for "not given", as Python clients send it. A whole number
/// may come as text, too: the original commands pass on what stood on their command line.
/// </summary>
public sealed class CompatParams
{
    private readonly string _method;
    private readonly IReadOnlyDictionary<string, JsonElement> _given;

    private CompatParams(string method, IReadOnlyDictionary<string, JsonElement> given)
    {
        _method = method;
        _given = given;
    }

    /// <summary>Binds positional or named parameters.</summary>
    /// <param name="method">For messages.</param>
    /// <param name="names">All names, in positional order.</param>
    /// <param name="parameters">An array, an object, or undefined.</param>
    /// <exception cref="OperationException">InvalidParams: too many, or one of an unknown name.</exception>
    public static CompatParams Bind(string method, IReadOnlyList<string> names, JsonElement parameters)
    {
        ArgumentNullException.ThrowIfNull(names);
        var given = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (parameters.ValueKind == JsonValueKind.Array)
        {
            if (parameters.GetArrayLength() > names.Count)
                throw Invalid(method, $"{parameters.GetArrayLength()} parameters are too many; known: {Known(names)}");
            foreach (var (name, value) in names.Zip(parameters.EnumerateArray()))
                given[name] = value;
        }
        else if (parameters.ValueKind == JsonValueKind.Object)
        {
            foreach (var name in names)
            {
                if (parameters.TryGetProperty(name, out var value))
                    given[name] = value;
            }
            foreach (var member in parameters.EnumerateObject())
            {
                if (!names.Any(n => member.NameEquals(n)))
                    throw Invalid(method, $"unknown parameter '{Shortened(member.Name)}'; known: {Known(names)}");
            }
        }
        return new CompatParams(method, given);
    }

    /// <summary>A text.</summary>
    public string Text(string name) => OptionalText(name) ?? throw Missing(name);

    /// <summary>A text, or null.</summary>
    public string? OptionalText(string name)
    {
        if (!TryGet(name, out var value))
            return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Unexpected(name, "a string", value);
    }

    /// <summary>A text, or a number as the text it was sent as.</summary>
    public string TextOrNumber(string name) =>
        TryGet(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetRawText() : Text(name);

    /// <summary>Whether it was given, and not as null.</summary>
    public bool Has(string name) => TryGet(name, out _);

    /// <summary>A value in its text form.</summary>
    public T Parse<T>(string name)
        where T : struct, ISpanParsable<T> =>
        Parse<T>(name, Text(name));

    /// <summary>A value in its text form, or a default.</summary>
    public T Parse<T>(string name, T ifAbsent)
        where T : struct, ISpanParsable<T> =>
        ParseOptional<T>(name) ?? ifAbsent;

    /// <summary>A value in its text form, or null.</summary>
    public T? ParseOptional<T>(string name)
        where T : struct, ISpanParsable<T> =>
        OptionalText(name) is { } text ? Parse<T>(name, text) : null;

    /// <summary>An IP address.</summary>
    public IPAddress Address(string name) => Address(name, Text(name));

    /// <summary>A list of texts.</summary>
    public IReadOnlyList<string> Texts(string name, IReadOnlyList<string>? ifAbsent = null)
    {
        if (!TryGet(name, out var value))
            return ifAbsent ?? throw Missing(name);
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(e => e.ValueKind != JsonValueKind.String))
            throw Unexpected(name, "an array of strings", value);
        return [.. value.EnumerateArray().Select(e => e.GetString()!)];
    }

    /// <summary>A list of IP addresses.</summary>
    public IReadOnlyList<IPAddress> Addresses(string name) => [.. Texts(name).Select(text => Address(name, text))];

    /// <summary>A whole number.</summary>
    public int Number(string name) => OptionalNumber(name) ?? throw Missing(name);

    /// <summary>A whole number, or a default.</summary>
    public int Number(string name, int ifAbsent) => OptionalNumber(name) ?? ifAbsent;

    /// <summary>A whole number, or null.</summary>
    public int? OptionalNumber(string name)
    {
        if (!TryGet(name, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number))
            return number;
        if (value.ValueKind == JsonValueKind.String
            && int.TryParse(OptionalText(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number))
            return number;
        throw Unexpected(name, "a whole number", value);
    }

    /// <summary>True or false, or a default.</summary>
    public bool Flag(string name, bool ifAbsent)
    {
        if (!TryGet(name, out var value))
            return ifAbsent;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Unexpected(name, "true or false", value);
    }

    /// <summary>The error to throw for a parameter whose value this method does not take.</summary>
    public OperationException Refuse(string name, string expected) =>
        TryGet(name, out var value) ? Unexpected(name, expected, value) : Missing(name);

    private bool TryGet(string name, out JsonElement value) => _given.TryGetValue(name, out value) && value.ValueKind != JsonValueKind.Null;

    private T Parse<T>(string name, string text)
        where T : struct, ISpanParsable<T>
    {
        try
        {
            return T.Parse(text, CultureInfo.InvariantCulture);
        }
        catch (FormatException e)
        {
            throw Invalid(_method, $"{name}: {e.Message.TrimEnd('.')}");
        }
    }

    private IPAddress Address(string name, string text) =>
        StrictIPAddress.TryParse(text, out var address)
            ? address
            : throw Invalid(_method, $"{name}: '{Shortened(text)}' is not an IP address");

    private OperationException Missing(string name) => Invalid(_method, $"{name} is missing");

    private OperationException Unexpected(string name, string expected, JsonElement value) =>
        Invalid(_method, $"{name}: expected {expected}, not {Shortened(value.GetRawText())}");

    private static OperationException Invalid(string method, string what) => new(OperationErrorCode.InvalidParams, $"{method}: {what}.");

    private static string Known(IReadOnlyList<string> names) => names.Count == 0 ? "none" : string.Join(", ", names);

    private static string Shortened(string text) => text.Length <= 60 ? text : $"{text.AsSpan(0, 60)}…";
}
