using System.Text;

namespace Steth.Lab.Servers;

/// <summary>The head of an HTTP/1.1 request; a body is not read, the stand-ins take none.</summary>
internal sealed record HttpRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers)
{
    private const int MaxHead = 16 * 1024;

    /// <summary>A header's value; null when it is missing.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>Reads the head of a request; null when the other side ends early or sends something else.</summary>
    public static async Task<HttpRequest?> ReadAsync(Stream stream, CancellationToken ct)
    {
        var head = await ReadHeadAsync(stream, ct);
        if (head?.Split("\r\n") is not [var first, .. var rest] || first.Split(' ') is not [var method, var path, _])
            return null;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in rest)
        {
            if (line.Split(':', 2) is [var name, var value])
                headers[name] = value.Trim();
        }
        return new HttpRequest(method, path, headers);
    }

    /// <summary>Reads up to the empty line; null when there is none in time.</summary>
    public static async Task<string?> ReadHeadAsync(Stream stream, CancellationToken ct)
    {
        var buffer = new byte[MaxHead];
        for (var length = 0; length < MaxHead;)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), ct);
            if (read == 0)
                return null;
            length += read;
            var text = Encoding.ASCII.GetString(buffer, 0, length);
            if (text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is var end and >= 0)
                return text[..end];
        }
        return null;
    }
}
