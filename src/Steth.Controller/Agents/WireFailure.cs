using System.Net.Sockets;
using System.Security.Authentication;
using Steth.Controller.Inventory;
using Steth.Identity;

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
    public static AgentException Ended(Node node, AgentClientSettings settings, Exception? cause) => new(
        node.Name,
        $"The connection to {node.AgentEndpoint} ended before the answer did: did steth-agent stop there, "
        + (settings.Identity is null ? "or has it a certificate (then leave out --insecure)?" : "or does it not accept our certificate?"),
        cause);

    /// <summary>Somebody else's service.</summary>
    public static AgentException NotAnAgent(Node node, string sign, Exception? cause) =>
        new(node.Name, $"Something answers on {node.AgentEndpoint} but it is not a steth-agent: {sign}.", cause);

    /// <summary>Puts an exception of the HTTP client in words; null for one that the wire does not raise.</summary>
    public static AgentException? From(Node node, Exception failure, AgentClientSettings settings) => failure switch
    {
        OperationCanceledException { InnerException: TimeoutException } => Unanswered(node, settings, failure),
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => NotAnAgent(node, "it does not speak HTTP", failure),
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => Ended(node, settings, failure),
        HttpRequestException when Inner<IdentityException>(failure) is { } fault =>
            new AgentException(node.Name, $"The certificate of the agent on {node.AgentEndpoint} {fault.Message}.", failure),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => new AgentException(
            node.Name, $"{node.AgentEndpoint} does not speak TLS 1.3 with us: does its agent run with --insecure, or is it none?", failure),
        HttpRequestException or IOException when settings.Identity is not null && Inner<AuthenticationException>(failure) is not null =>
            Refused(node, failure),
        HttpRequestException when Inner<SocketException>(failure) is { } socket => From(node, socket, settings),
        HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse } => NotAnAgent(node, "it does not speak HTTP", failure),
        HttpRequestException or IOException => Inner<SocketException>(failure) is { } socket ? From(node, socket, settings)
            : Ended(node, settings, failure),
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
        SocketError.ConnectionReset or SocketError.Shutdown => Ended(node, settings, failure),
        _ => new AgentException(node.Name, $"The connection to {node.AgentEndpoint} failed: {failure.Message}.", failure),
    };

    private static AgentException Unanswered(Node node, AgentClientSettings settings, Exception cause) => new(
        node.Name,
        FormattableString.Invariant($"{node.AgentEndpoint} did not take a connection within {settings.ConnectTimeout.TotalSeconds:0.###} s")
            + ": is the host up, and the port open in its firewall?",
        cause);

    private static AgentException Refused(Node node, Exception cause) => new(
        node.Name,
        $"The agent on {node.AgentEndpoint} does not accept our certificate: another authority issued it than that of the agent.",
        cause);

    private static T? Inner<T>(Exception failure)
        where T : Exception
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            if (e is T found)
                return found;
        }
        return null;
    }
}
