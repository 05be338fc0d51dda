using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Steth.Lab.Names;
using Steth.Lab.Wiring;

namespace Steth.Lab.Guests;

/// <summary>
/// The guests' console: a unix socket that takes one line, what a guest is to try, and answers one line, `ok` or what went wrong.
/// </summary>
internal static class GuestControl
{
    /// <summary>What a guest answers when it worked.</summary>
    public const string Worked = "ok";

    /// <summary>The socket inside a host.</summary>
    public static string SocketOf(LabName lab) => $"/run/steth-lab/{lab}/guests.sock";

    /// <summary>A line for the socket.</summary>
    public static string Line(string guest, TimeSpan patience, params string[] words) =>
        string.Create(CultureInfo.InvariantCulture, $"{guest} {patience.TotalMilliseconds:0} {string.Join(' ', words)}");

    /// <summary>Binds the socket; whoever connects from then on is served by <see cref="ServeAsync"/>.</summary>
    public static Socket Bind(string path)
    {
        File.Delete(path);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(64);
        return listener;
    }

    /// <summary>Serves until it is cancelled.</summary>
    public static async Task ServeAsync(Socket listener, IReadOnlyDictionary<string, GuestClient> guests, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
            _ = ServeOneAsync(await listener.AcceptAsync(ct), guests, ct);
    }

    /// <summary>Lets a guest try something; what it answers.</summary>
    public static async Task<string> AskAsync(string path, string line, CancellationToken ct)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct);
        await using var stream = new NetworkStream(socket);
        await using var writer = new StreamWriter(stream) { AutoFlush = true };
        using var reader = new StreamReader(stream);
        await writer.WriteLineAsync(line.AsMemory(), ct);
        return await reader.ReadLineAsync(ct) ?? "the guests' process went away";
    }

    private static async Task ServeOneAsync(Socket connection, IReadOnlyDictionary<string, GuestClient> guests, CancellationToken ct)
    {
        try
        {
            await using var stream = new NetworkStream(connection, ownsSocket: true);
            using var reader = new StreamReader(stream);
            await using var writer = new StreamWriter(stream) { AutoFlush = true };
            if (await reader.ReadLineAsync(ct) is { } line)
                await writer.WriteLineAsync((await TryAsync(line.Split(' '), guests, ct) ?? Worked).AsMemory(), ct);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // whoever asked went away
        }
    }

    private static async Task<string?> TryAsync(string[] words, IReadOnlyDictionary<string, GuestClient> guests, CancellationToken ct)
    {
        if (words is not [var name, var patience, .. var what] || !guests.TryGetValue(name, out var guest)
            || !int.TryParse(patience, CultureInfo.InvariantCulture, out var milliseconds))
            return "not understood";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(milliseconds);
        return what switch
        {
            ["lease", var server] => await guest.LeaseAsync(IPAddress.Parse(server), limit.Token),
            ["ping", var target, var size] => await guest.PingAsync(IPAddress.Parse(target),
                int.Parse(size, CultureInfo.InvariantCulture), limit.Token),
            ["metadata"] => await guest.GetAsync(Metadata.Address, "/latest/meta-data/instance-id", limit.Token),
            _ => "not understood",
        };
    }
}
