using System.Net.Sockets;
using System.Security.Authentication;

namespace Steth.OpenStack.Transport;

/// <summary>What can go wrong between here and a service, each in one sentence an operator can act on.</summary>
internal static class ApiFailure
{
    /// <summary>The call took too long.</summary>
    public static OpenStackException Late(ApiPlace place, TimeSpan deadline, Exception? cause) =>
        Down(OpenStackFailure.TimedOut, FormattableString.Invariant($"{place} did not answer within {deadline.TotalSeconds:0.###} s."),
            cause);

    /// <summary>The answer is longer than anybody wants.</summary>
    public static OpenStackException TooLong(ApiPlace place, int limit) =>
        Down(OpenStackFailure.BadAnswer, FormattableString.Invariant($"{place} answered more than {limit >> 20} MiB."), null);

    /// <summary>It sends us elsewhere.</summary>
    public static OpenStackException Redirects(ApiPlace place, Uri? target) => Down(
        OpenStackFailure.NotOpenStack,
        target is null
            ? $"{place} redirects, but does not say where to."
            : $"{place} redirects to {ApiPlace.Plain(target)}, where no token is sent: correct the address.",
        null);

    /// <summary>Whether the same call may work in a moment: the service restarts, or its load balancer drops a backend.</summary>
    public static bool IsTransient(Exception failure) =>
        failure is HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } or HttpIOException
        {
            HttpRequestError: HttpRequestError.ResponseEnded,
        }
        || Inner<SocketException>(failure)?.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset;

    /// <summary>Puts an exception of the HTTP client in words; null for one that the wire does not raise.</summary>
    public static OpenStackException? From(ApiPlace place, Exception failure, ServerTrust trust, TimeSpan connectTimeout)
    {
        if (Inner<OpenStackException>(failure) is { } ours)
            return ours;
        if (failure is OperationCanceledException { InnerException: TimeoutException })
            return Unconnected(place, connectTimeout, failure);
        if (failure is not (HttpRequestException or IOException))
            return null;
        if (failure is HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError }
            || (IsProxied(place.Uri) && Inner<SocketException>(failure) is not null))
        {
            // Not the client's own words: they hold the proxy's address, and that may hold a password.
            return Down(OpenStackFailure.Unreachable,
                $"The proxy of the environment does not lead to {place}: name the host in no_proxy to go there directly.", null);
        }
        if (failure is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError })
            return Insecure(place, trust, failure);
        if (Inner<SocketException>(failure) is { } socket)
            return From(place, socket, connectTimeout);
        return failure switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => Unresolved(place, failure),
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse }
                or HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse } =>
                Down(OpenStackFailure.NotOpenStack, $"Something answers in place of {place}, but it does not speak HTTP.", failure),
            _ => Cut(place, failure),
        };
    }

    private static bool IsProxied(Uri uri) => !HttpClient.DefaultProxy.IsBypassed(uri);

    private static OpenStackException From(ApiPlace place, SocketException failure, TimeSpan connectTimeout) =>
        failure.SocketErrorCode switch
        {
            SocketError.ConnectionRefused =>
                Down(OpenStackFailure.Unreachable, $"{place} refuses connections: is the service running there?", failure),
            SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown =>
                Down(
                    OpenStackFailure.Unreachable,
                    $"{place} cannot be reached: there is no route to it, or nobody there answers ARP.",
                    failure),
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => Unresolved(place, failure),
            SocketError.TimedOut => Unconnected(place, connectTimeout, failure),
            SocketError.ConnectionReset or SocketError.Shutdown => Cut(place, failure),
            _ => Down(OpenStackFailure.Unreachable, $"The connection to {place} failed: {failure.Message}.", failure),
        };

    private static OpenStackException Insecure(ApiPlace place, ServerTrust trust, Exception failure)
    {
        if (trust.ComplaintAbout(place.Uri.IdnHost) is { } complaint)
        {
            return new OpenStackException(
                OpenStackFailure.Untrusted,
                $"The certificate of {place} is not trusted: {complaint} (name its CA's file with cacert or OS_CACERT).",
                failure);
        }
        if (Inner<SocketException>(failure) is { } socket)
            return From(place, socket, TimeSpan.Zero);
        return Inner<AuthenticationException>(failure) is not null || Inner<IOException>(failure) is not null
            ? Down(OpenStackFailure.NotOpenStack,
                $"{place} does not speak TLS with us: is it http:// rather than https://, or does it want a client certificate?", failure)
            : Cut(place, failure);
    }

    private static OpenStackException Cut(ApiPlace place, Exception cause) =>
        Down(OpenStackFailure.BadAnswer, $"{place} ended the connection before its answer was complete.", cause);

    private static OpenStackException Unresolved(ApiPlace place, Exception cause) =>
        Down(OpenStackFailure.Unreachable, $"The host name of {place} cannot be resolved.", cause);

    private static OpenStackException Unconnected(ApiPlace place, TimeSpan timeout, Exception cause) => Down(
        OpenStackFailure.Unreachable,
        timeout > TimeSpan.Zero
            ? FormattableString.Invariant($"{place} did not take a connection within {timeout.TotalSeconds:0.###} s: ")
                + "is the host up, and the port open in its firewall?"
            : $"{place} did not take a connection: is the host up, and the port open in its firewall?",
        cause);

    private static OpenStackException Down(OpenStackFailure kind, string message, Exception? cause) =>
        new(kind, message, cause) { IsServiceDown = true };

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
