namespace Steth.Identity;

/// <summary>
/// A bundle that follows its files: looked at once a second at most, when it is asked for. New files that cannot be used are told once,
/// and what was there before is kept.
/// </summary>
public sealed class BundleWatch
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    private readonly string _folder;
    private readonly PrincipalKind _kind;
    private readonly TimeProvider _time;
    private readonly Action<string> _fault;
    private readonly Lock _lock = new();
    private string _stamp;
    private long _looked;

    /// <summary>Reads the bundle.</summary>
    /// <param name="folder">Where it is.</param>
    /// <param name="kind">What its certificate has to be for.</param>
    /// <param name="time">The clock.</param>
    /// <param name="fault">Told why new files are not taken.</param>
    /// <exception cref="IdentityException">It cannot be used.</exception>
    public BundleWatch(string folder, PrincipalKind kind, TimeProvider time, Action<string> fault)
    {
        _folder = folder;
        _kind = kind;
        _time = time;
        _fault = fault;
        _stamp = Stamp();
        Bundle = IdentityBundle.Load(folder, kind);
        _looked = time.GetTimestamp();
    }

    private IdentityBundle Bundle { get; set; }

    /// <summary>The bundle as its files are now.</summary>
    public IdentityBundle Current()
    {
        lock (_lock)
        {
            if (_time.GetElapsedTime(_looked) < _patience)
                return Bundle;
            _looked = _time.GetTimestamp();
            var stamp = Stamp();
            if (stamp == _stamp)
                return Bundle;
            _stamp = stamp;
            try
            {
                Bundle = IdentityBundle.Load(_folder, _kind);
            }
            catch (IdentityException e)
            {
                _fault($"The new certificates are not taken, those before stay in use: {e.Message}");
            }
            return Bundle;
        }
    }

    private string Stamp() => string.Join('\n', BundleFiles.All.Select(name =>
    {
        var file = new FileInfo(Path.Combine(_folder, name));
        return file.Exists ? $"{file.LastWriteTimeUtc.Ticks} {file.Length} {(int)file.UnixFileMode}" : "";
    }));
}
