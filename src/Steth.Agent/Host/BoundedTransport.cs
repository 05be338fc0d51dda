using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Steth.Agent.Host;

/// <summary>Accepts connections one by one and hands on those there is room for.</summary>
/// <param name="inner">Listens.</param>
/// <param name="room">Knows whether there is room.</param>
internal sealed class BoundedTransport(IConnectionListenerFactory inner, ConnectionRoom room) : IConnectionListenerFactory
{
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await inner.BindAsync(endpoint, cancellationToken), room);

    private sealed class Listener(IConnectionListener inner, ConnectionRoom room) : IConnectionListener
    {
        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (await inner.AcceptAsync(cancellationToken) is { } connection)
            {
                if (room.Enter(connection))
                    return connection;
                await TurnAwayAsync(connection);
            }
            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => inner.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        private static async Task TurnAwayAsync(ConnectionContext connection)
        {
            connection.Abort(new ConnectionAbortedException("There is no room for it."));
            await connection.DisposeAsync().AsTask().WaitAsync(CloseTime).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
