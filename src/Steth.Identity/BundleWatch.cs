namespace Steth.Identity;

/// <summary>
/// A bundle that follows its files: looked at once a second at most, when it is asked for. Of new files that cannot be used it is told
/// once, what was there before is kept, and they are tried again until they can be.
/// </summary>
public sealed class BundleWatch
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly Action<string> _fault;
    private readonly Lock _lock = new();
    private HashSet<string> _told = [];
    private string _stamp;
    private bool _faulty;
    private long _looked;

    /// <summary>Reads the bundle.</summary>
    /// <param name="folder">Where it is.</param>
    /// <param name="kind">What its certificate has to be for.</param>
    /// <param name="time">The clock.</param>
    /// <param name="fault">Told why new files are not taken, and of revocation lists that are missing.</param>
    /// <exception cref="IdentityException">It cannot be used.</exception>
    public BundleWatch(string folder, PrincipalKind kind, TimeProvider time, Action<string> fault)
    {
        _folder = folder;
        _time = time;
        _fault = fault;
        _stamp = Stamp();
        Bundle = IdentityBundle.Load(folder, kind);
        _looked = time.GetTimestamp();
        Tell(Bundle.Warnings);
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
            if (stamp == _stamp && !_faulty)
                return Bundle;
            _stamp = stamp;
            Bundle = Bundle.Renewed(_folder, out var faults);
            _faulty = faults.Count > 0;
            Tell([.. faults.Select(fault => $"New files are not taken, what was there before stays in use: {fault}"), .. Bundle.Warnings]);
            return Bundle;
        }
    }

    private void Tell(IReadOnlyList<string> sentences)
    {
        foreach (var sentence in sentences.Where(sentence => !_told.Contains(sentence)))
            _fault(sentence);
        _told = [.. sentences];
    }

    private string Stamp() => string.Join('\n', BundleFiles.All.Select(name => StampOf(Path.Combine(_folder, name))));

    /// <summary>Of what a link leads to: a link stays the same when that is replaced.</summary>
    private static string StampOf(string path)
    {
        try
        {
            var file = File.ResolveLinkTarget(path, returnFinalTarget: true) as FileInfo ?? new FileInfo(path);
            return file.Exists ? $"{file.FullName} {file.LastWriteTimeUtc.Ticks} {file.Length} {(int)file.UnixFileMode}" : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
