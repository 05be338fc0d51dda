using System.Text;

namespace Steth.OpenStack.Tests.Transport;

/// <summary>What a server sends, and how it ends.</summary>
internal sealed record CannedAnswer(byte[] Bytes, bool IsReset = false, bool IsHang = false)
{
    public static CannedAnswer Reset { get; } = new([], IsReset: true);

    public static CannedAnswer Hang { get; } = new([], IsHang: true);

    public static CannedAnswer Json(int status, string body, params string[] headers) =>
        Json(status, Encoding.UTF8.GetBytes(body), headers);

    public static CannedAnswer Json(int status, byte[] body, params string[] headers)
    {
        var head = $"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {body.Length}\r\n"
            + string.Concat(headers.Select(h => h + "\r\n")) + "\r\n";
        return new CannedAnswer([.. Encoding.ASCII.GetBytes(head), .. body]);
    }

    public static CannedAnswer Raw(string text) => new(Encoding.Latin1.GetBytes(text));

    /// <summary>The connection ends after so many bytes.</summary>
    public CannedAnswer Cut(int length) => this with { Bytes = Bytes[..length] };
}
