using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Steth.Agent.Rpc;

/// <summary>Reads a request body whole.</summary>
internal static class RequestBody
{
    /// <summary>What is set aside before anything has come: a length that was only announced costs no more.</summary>
    private const int FirstBytes = 16 * 1024;

    /// <summary>
    /// Reads up to the limit. A longer body is read to its end but not kept, as far as the server lets it: a client that sends all
    /// before it listens would otherwise see a reset connection in place of the answer.
    /// </summary>
    /// <returns>Null when it was longer than <see cref="RpcLimits.BodyBytes"/>.</returns>
    /// <exception cref="BadHttpRequestException">It is not framed as HTTP says, or came too slowly.</exception>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>((int)Math.Clamp(request.ContentLength ?? 0, 512, FirstBytes));
        try
        {
            while (buffer.WrittenCount <= RpcLimits.BodyBytes)
            {
                var read = await request.Body.ReadAsync(buffer.GetMemory(), cancellationToken);
                if (read == 0)
                    return buffer.WrittenMemory;
                buffer.Advance(read);
            }
            while (await request.Body.ReadAsync(buffer.GetMemory(), cancellationToken) > 0)
            {
            }
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
        return null;
    }
}
