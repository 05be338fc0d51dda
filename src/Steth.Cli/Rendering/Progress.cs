using System.Globalization;

namespace Steth.Cli.Rendering;

/// <summary>
/// One line on stderr that says what goes on, and lines below it when there is more to watch; drawn only for a reader at a terminal who did
/// not ask for silence. Disposing wipes it.
/// Lines of diagnostics go through <see cref="Interrupt"/> so that they do not run into it.
/// </summary>
public sealed class Progress : IDisposable
{
    private const string Wipe = "\r\u001b[2K";
    private const int BarWidth = 30;
    private static readonly string[] Spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(120);

    private readonly Lock _lock = new();
    private readonly TextWriter? _output;
    private readonly int _width;
    private readonly ITimer? _timer;
    private string _text = "";
    private double? _fraction;
    private int _turn;
    private Func<int, IReadOnlyList<string>>? _below;
    private int _drawn;
    private bool _done;

    /// <summary>Starts a line; nothing is drawn before the first report.</summary>
    public Progress(OutputStreams streams, bool quiet, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(streams);
        ArgumentNullException.ThrowIfNull(time);
        if (quiet || !streams.ErrorIsTerminal)
            return;
        _output = streams.Error;
        _width = Math.Max(20, streams.Width - 1);
        _timer = time.CreateTimer(_ => Draw(), null, Beat, Beat);
    }

    /// <summary>Says what goes on, with a spinner.</summary>
    public void Report(string text) => Report(null, text);

    /// <summary>Says how far it is, 0–1, with a bar.</summary>
    public void Report(double? fraction, string text)
    {
        lock (_lock)
        {
            _fraction = fraction is { } value ? Math.Clamp(value, 0, 1) : null;
            _text = DisplayText.Clean(text);
        }
        Draw();
    }

    /// <summary>Draws lines below the text, at most as often as the spinner turns; they are cut where they do not fit.</summary>
    /// <param name="lines">Makes them, given the columns there are. Called with a lock held: it must not report.</param>
    public void Watch(Func<int, IReadOnlyList<string>> lines)
    {
        lock (_lock)
            _below = lines;
    }

    /// <summary>Writes something else to the same stream: wipes the line first, draws it again at the next beat.</summary>
    public void Interrupt(Action write)
    {
        ArgumentNullException.ThrowIfNull(write);
        lock (_lock)
        {
            if (_text.Length > 0)
                _output?.Write(TakeWipe());
            write();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer?.Dispose();
        lock (_lock)
        {
            if (!_done && _text.Length > 0)
                _output?.Write(TakeWipe());
            _done = true;
        }
    }

    private void Draw()
    {
        lock (_lock)
        {
            if (_done || _text.Length == 0 || _output is null)
                return;
            var lead = _fraction is { } fraction ? Bar(fraction) : Spinner[_turn++ % Spinner.Length];
            string[] lines = [$"{lead} {_text}", .. _below?.Invoke(_width) ?? []];
            var wipe = TakeWipe();
            _drawn = lines.Length;
            _output.Write(wipe + string.Join('\n', lines.Select(line => line.Length > _width ? line[.._width] : line)));
        }
    }

    // The cursor stands at the end of the last line drawn.
    private string TakeWipe()
    {
        var wipe = _drawn > 1 ? string.Create(CultureInfo.InvariantCulture, $"\r\u001b[{_drawn - 1}A\u001b[J") : Wipe;
        _drawn = 0;
        return wipe;
    }

    private static string Bar(double fraction)
    {
        var full = (int)Math.Round(fraction * BarWidth);
        return string.Create(
            CultureInfo.InvariantCulture, $"[{new string('#', full)}{new string('.', BarWidth - full)}] {fraction * 100,3:0} %");
    }
}
