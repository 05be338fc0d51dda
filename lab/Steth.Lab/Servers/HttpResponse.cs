using System.Globalization;
using System.Text;

namespace Steth.Lab.Servers;

/// <summary>An HTTP answer with a text body.</summary>
internal sealed record HttpResponse(int Status, string Body)
{
    /// <summary>An answer whose body is its own status.</summary>
    public static HttpResponse Of(int status) => new(status, $"{status} {Reason(status)}\n");

    /// <summary>As it goes over the wire; the connection is closed after it.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $"HTTP/1.1 {Status} {Reason(Status)}\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Length: {Encoding.UTF8.GetByteCount(Body)}\r\nConnection: close\r\n\r\n{Body}"));

    private static string Reason(int status) => status switch
    {
        200 => "OK",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Unknown",
    };
}
