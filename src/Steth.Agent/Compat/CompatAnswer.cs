using System.Text.Json.Nodes;

namespace Steth.Agent.Compat;

/// <summary>The envelope every original method answers: <c>{"code", "message", "data"}</c>.</summary>
/// <param name="Code">0: it worked.</param>
/// <param name="Message">Why it did not, or a remark; may be empty.</param>
/// <param name="Data">The method's own members; empty on failure.</param>
public sealed record CompatAnswer(int Code, string Message, JsonObject Data)
{
    /// <summary>It worked, and there is nothing to tell.</summary>
    public static CompatAnswer Done() => new(0, "", []);

    /// <summary>It worked.</summary>
    public static CompatAnswer Done(JsonObject data) => new(0, "", data);

    /// <summary>It did not work.</summary>
    public static CompatAnswer Failed(string message) => new(1, message, []);
}
