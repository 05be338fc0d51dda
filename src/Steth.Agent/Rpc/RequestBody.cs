using System.Buffers;
using Microsoft.AspNetCore.Http;
using Steth.Agent.Limits;

namespace Steth.Agent.Rpc;

/// <summary>A request body, read whole. What it takes of the bytes of all bodies it holds until it is disposed.</summary>
/// <param name="bodies">What all bodies take together.</param>
/// <param name="holder">Whose share it takes.</param>
/// <param name="memory">The request's.</param>
internal sealed class RequestBody(Quota bodies, string holder, CallMemory memory) : IDisposable
{
    /// <summary>What is set aside before anything has come: a length that was only announced costs no more.</summary>
    private const int FirstBytes = 16 * 1024;

    /// <summary>A body, what it is parsed to and the parameters that are made of it take this many times its bytes.</summary>
    private const int MemoryFactor = 4;

    private ArrayBufferWriter<byte>? _buffer;
    private long _held;

    /// <summary>What was read.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer?.WrittenMemory ?? default;

    /// <summary>
    /// Reads up to the limit. A longer body is read to its end but not kept, as far as the server lets it: a client that sends all
    /// before it listens would otherwise see a reset connection in place of the answer. The same with one there is no room for.
    /// </summary>
    /// <exception cref="BadHttpRequestException">It is not framed as HTTP says, or came too slowly.</exception>
    public async Task<BodyFault> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var fault = BodyFault.None;
        _buffer = new ArrayBufferWriter<byte>((int)Math.Clamp(request.ContentLength ?? 0, 512, FirstBytes));
        try
        {
            while (fault == BodyFault.None)
            {
                var read = await request.Body.ReadAsync(_buffer.GetMemory(), cancellationToken);
                if (read == 0)
                    return BodyFault.None;
                _buffer.Advance(read);
                fault = _buffer.WrittenCount > RpcLimits.BodyBytes ? BodyFault.TooLong : Hold(_buffer.Capacity);
            }
            _buffer = null;
            Dispose();
            var scrap = new byte[FirstBytes];
            while (await request.Body.ReadAsync(scrap, cancellationToken) > 0)
            {
            }
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return BodyFault.TooLong;
        }
        return fault;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        bodies.GiveBack(_held, holder);
        _held = 0;
    }

    /// <summary>Small bodies are not counted: there are no more of them than connections.</summary>
    private BodyFault Hold(long bytes)
    {
        if (bytes <= FirstBytes || bytes <= _held)
            return BodyFault.None;
        var more = bytes - _held;
        if (bodies.Take(more, holder) != Shortage.None)
            return BodyFault.NoRoom;
        _held = bytes;
        if (!memory.TryTake(MemoryFactor * more))
            return BodyFault.NoRoom;
        return BodyFault.None;
    }
}

/// <summary>Why a body was not taken.</summary>
internal enum BodyFault
{
    /// <summary>It was.</summary>
    None,

    /// <summary>Longer than <see cref="RpcLimits.BodyBytes"/>.</summary>
    TooLong,

    /// <summary>Other requests take all the room there is.</summary>
    NoRoom,
}
