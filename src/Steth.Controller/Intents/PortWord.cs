using System.Net;
using Steth.Controller.Collection;
using Steth.Packets.Addresses;

namespace Steth.Controller.Intents;

/// <summary>What a word that names a port looks like. One that looks like nothing else is a name.</summary>
internal sealed record PortWord
{
    private PortWord(string text) => Text = text;

    /// <summary>As it was given, without spaces around it.</summary>
    public string Text { get; }

    /// <summary>A whole id; null: it is none.</summary>
    public Guid? Id { get; private init; }

    /// <summary>A beginning of an id, in lower case; null: it is too short for one, or no id.</summary>
    public string? IdPrefix { get; private init; }

    /// <summary>A MAC; null: it is none.</summary>
    public MacAddress? Mac { get; private init; }

    /// <summary>An address; null: it is none.</summary>
    public IPAddress? Address { get; private init; }

    /// <summary>Reads a word.</summary>
    public static PortWord Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var word = text.Trim();
        return new PortWord(word)
        {
            Id = Guid.TryParseExact(word, "D", out var id) ? id : null,
            IdPrefix = PortLocator.IsPortId(word) ? word.ToLowerInvariant() : null,
            Mac = MacAddress.TryParse(word, null, out var mac) ? mac : null,
            Address = StrictIPAddress.TryParse(word, out var address) ? address : null,
        };
    }
}
