using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Steth.Contracts;

namespace Steth.Agent.Rpc;

/// <summary>Turns the <c>params</c> of a request into the parameters of a typed operation.</summary>
public static class ParamsReader
{
    private static readonly JsonElement NoMembers = JsonElement.Parse("{}");

    /// <summary>Reads parameters: an object, an array of one object, or nothing where every member has a default.</summary>
    /// <exception cref="OperationException">InvalidParams: names every member that is unknown, missing or mistyped.</exception>
    public static TParams Read<TParams>(JsonElement parameters, JsonTypeInfo<TParams> type)
        where TParams : notnull
    {
        ArgumentNullException.ThrowIfNull(type);
        var members = Members(parameters);
        // The serialiser heeds what may be null of members, not of the elements of arrays; nowhere may one be.
        if (HasNullElement(members))
            throw new OperationException(OperationErrorCode.InvalidParams, "params: an array holds null; expected values only.");
        try
        {
            return members.Deserialize(type)
                ?? throw new OperationException(OperationErrorCode.InvalidParams, "params: expected an object, not null.");
        }
        catch (JsonException e)
        {
            var faults = ParamsFaults.Find(members, type);
            throw new OperationException(
                OperationErrorCode.InvalidParams,
                faults.Count == 0 ? $"params {e.Path}: not what this operation takes." : $"{string.Join("; ", faults)}.",
                e);
        }
    }

    /// <summary>The object that holds the parameters; null: they are none by name.</summary>
    internal static JsonElement? ByName(JsonElement parameters) => parameters.ValueKind switch
    {
        JsonValueKind.Object => parameters,
        JsonValueKind.Undefined => NoMembers,
        JsonValueKind.Array when parameters.GetArrayLength() == 0 => NoMembers,
        JsonValueKind.Array when parameters.GetArrayLength() == 1 && parameters[0].ValueKind == JsonValueKind.Object => parameters[0],
        _ => null,
    };

    private static bool HasNullElement(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().Any(member => HasNullElement(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().Any(element => element.ValueKind == JsonValueKind.Null || HasNullElement(element)),
        _ => false,
    };

    private static JsonElement Members(JsonElement parameters) => ByName(parameters) ?? throw new OperationException(
        OperationErrorCode.InvalidParams,
        "params: this operation takes its parameters by name; expected an object, or an array of one object.");
}
