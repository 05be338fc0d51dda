using Microsoft.Extensions.Logging;
using Steth.Identity;

namespace Steth.Agent.Host;

/// <summary>Tells the log once a day that the node's certificate soon ends, or has ended; nothing once it is replaced.</summary>
internal sealed class ExpiryWarning : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);

    private readonly BundleWatch _bundle;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ITimer _timer;

    /// <summary>Looks now, and once a day.</summary>
    public ExpiryWarning(BundleWatch bundle, TimeProvider time, ILogger log)
    {
        _bundle = bundle;
        _time = time;
        _log = log;
        _timer = time.CreateTimer(_ => Look(), null, TimeSpan.Zero, Interval);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var self = _bundle.Current().Self;
        var left = self.NotAfter - _time.GetUtcNow();
        if (left < Principal.Warning)
        {
            _log.LogWarning(
                "the certificate of {Node} {Ends} on {Day:yyyy-MM-dd}: renew it with 'steth pki renew'",
                self.Name, left < TimeSpan.Zero ? "ended" : "ends", self.NotAfter.UtcDateTime);
        }
    }
}
