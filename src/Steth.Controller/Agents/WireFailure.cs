using System.Net.Sockets;
using Steth.Controller.Inventory;

namespace Steth.Controller.Agents;

/// <summary>What can go wrong between here and an agent, each in one sentence an operator can act on.</summary>
internal static class WireFailure
{
    /// <summary>The call took too long.</summary>
    public static AgentException Late(Node node, TimeSpan deadline, Exception? cause) =>
        new(node.Name, FormattableString.Invariant($"{node.AgentEndpoint} did not answer within {deadline.TotalSeconds:0.###} s."), cause);

    /// <summary>A stream fell silent.</summary>
    public static AgentException Silent(Node node, TimeSpan silence, Exception? cause) =>
        new(
            node.Name,
            FormattableString.Invariant($"The agent on {node.AgentEndpoint} has been silent for {silence.TotalSeconds:0.###} s: ")
            + "the host or the way to it is down.",
            cause);

    /// <summary>The connection ended too early.</summary>
    public static AgentException Ended(Node node, Exception? cause) =>
        new(node.Name, $"The connection to {node.AgentEndpoint} ended in the middle of the answer: did steth-agent stop there?", cause);

    /// <summary>Somebody else's service.</summary>
    public static AgentException NotAnAgent(Node node, string sign, Exception? cause) =>
        new(node.Name, $"Something answers on {node.AgentEndpoint} but it is not a steth-agent: {sign}.", cause);

    /// <summary>Puts an exception of the HTTP client in words; null for one that the wire does not raise.</summary>
    public static AgentException? From(Node node, Exception failure, AgentClientSettings settings) => failure switch
    {
        OperationCanceledException { InnerException: TimeoutException } => Unanswered(node, settings, failure),
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => NotAnAgent(node, "it does not speak HTTP", failure),
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => Ended(node, failure),
        HttpRequestException when Socket(failure) is { } socket => From(node, socket, settings),
        HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse } => NotAnAgent(node, "it does not speak HTTP", failure),
        HttpRequestException or IOException => Socket(failure) is { } socket ? From(node, socket, settings) : Ended(node, failure),
        InvalidDataException => NotAnAgent(node, failure.Message, failure),
        _ => null,
    };

    private static AgentException From(Node node, SocketException failure, AgentClientSettings settings) => failure.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => new AgentException(
            node.Name, $"No agent listens on {node.AgentEndpoint}: is steth-agent running there?", failure),
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown =>
            new AgentException(
            node.Name, $"{node.AgentEndpoint} cannot be reached: there is no route to it, or nobody there answers ARP.", failure),
        SocketError.TimedOut => Unanswered(node, settings, failure),
        SocketError.AccessDenied => new AgentException(
            node.Name, $"The connection to {node.AgentEndpoint} is forbidden by a firewall.", failure),
        SocketError.ConnectionReset or SocketError.Shutdown => Ended(node, failure),
        _ => new AgentException(node.Name, $"The connection to {node.AgentEndpoint} failed: {failure.Message}.", failure),
    };

    private static AgentException Unanswered(Node node, AgentClientSettings settings, Exception cause) => new(
        node.Name,
        FormattableString.Invariant($"{node.AgentEndpoint} did not take a connection within {settings.ConnectTimeout.TotalSeconds:0.###} s")
            + ": is the host up, and the port open in its firewall?",
        cause);

    private static SocketException? Socket(Exception failure)
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            if (e is SocketException socket)
                return socket;
        }
        return null;
    }
}
