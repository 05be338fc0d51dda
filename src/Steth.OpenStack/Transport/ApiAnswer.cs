using System.Net;

namespace Steth.OpenStack.Transport;

/// <summary>What a service answered, read to its end.</summary>
/// <param name="Service">Whose answer: Keystone or Neutron, and where.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="SubjectToken">The X-Subject-Token header; null when there is none.</param>
/// <param name="RetryAfter">How long the service asks to be left alone; null when it does not say.</param>
/// <param name="Body">The body; empty when there is none.</param>
internal sealed record ApiAnswer(
    ApiPlace Service, HttpStatusCode Status, Secret? SubjectToken, TimeSpan? RetryAfter, ReadOnlyMemory<byte> Body)
{
    /// <summary>2xx.</summary>
    public bool IsSuccess => (int)Status is >= 200 and < 300;
}
