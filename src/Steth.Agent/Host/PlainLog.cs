using Microsoft.Extensions.Logging;

namespace Steth.Agent.Host;

/// <summary>Writes each log entry as one line, <c>level: message</c>; the system's journal adds time and name.</summary>
public sealed class PlainLog : ILoggerProvider, ILogger
{
    private readonly TextWriter _output;

    /// <summary>Logs to a writer.</summary>
    public PlainLog(TextWriter output) => _output = TextWriter.Synchronized(output);

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull =>
        null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        var text = formatter(state, exception);
        if (exception is not null)
            text = $"{text}: {exception}";
        var level = logLevel switch
        {
            LogLevel.Trace or LogLevel.Debug => "debug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warning",
            _ => "error",
        };
        _output.WriteLine($"{level}: {text.ReplaceLineEndings(" | ")}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
