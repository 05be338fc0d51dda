using System.Globalization;
using System.Text.Json;
using Steth.Diagnosis.Evidence;

namespace Steth.Cli.Commands;

/// <summary>Reads saved evidence, and makes the files a diagnosis leaves behind.</summary>
public static class DiagnosisFiles
{
    /// <summary>The largest evidence file that is read, in bytes; that of a large cloud has a few million.</summary>
    public const int MaxEvidence = 64 * 1024 * 1024;

    /// <summary>Reads a file <c>--save</c> made.</summary>
    /// <exception cref="UsageException">It cannot be read, or it is no evidence.</exception>
    public static async Task<DiagnosisEvidence> ReadEvidenceAsync(string path, CancellationToken cancellationToken)
    {
        var content = ReadOnlyMemory<byte>.Empty;
        try
        {
            content = await ReadAsync(path, cancellationToken);
            using var document = JsonDocument.Parse(content);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("schema", out var schema))
                throw Bad(path, "it has no schema");
            if (schema.ValueKind != JsonValueKind.String || schema.GetString() != DiagnosisEvidence.CurrentSchema)
                throw Bad(path, $"its schema is {schema.GetRawText()}, and this steth reads \"{DiagnosisEvidence.CurrentSchema}\"");
            if (HoldsNull(root))
                throw Bad(path, "one of its lists holds a null");
            return root.Deserialize(EvidenceJson.Default.DiagnosisEvidence) ?? throw Bad(path, "it is empty");
        }
        catch (JsonException e)
        {
            throw Bad(path, IsCutOff(content.Span) ? "it ends in the middle" : $"{Place(e)}: {What(e)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"--from: {path} cannot be read: {e.Message}");
        }
    }

    /// <summary>What to say when evidence that could be read contradicts itself.</summary>
    public static UsageException Contradiction(string path, Exception reason) =>
        Bad(path, $"what it tells contradicts itself ({reason?.Message})");

    /// <summary>Makes a file for its owner alone before anything is done, so that a diagnosis is not lost for want of a place.</summary>
    /// <param name="option">The option that named it.</param>
    /// <param name="path">Where.</param>
    /// <param name="replaces">Whether it may take the place of another.</param>
    /// <exception cref="UsageException">It is there already, or cannot be made.</exception>
    public static FileStream Create(string option, string path, bool replaces)
    {
        if (!replaces && File.Exists(path))
            throw new UsageException($"{option}: {path} is there already and is not overwritten; name another file or remove it.");
        try
        {
            var options = new FileStreamOptions
            {
                Mode = replaces ? FileMode.OpenOrCreate : FileMode.CreateNew,
                Access = FileAccess.Write,
                Share = FileShare.Read,
            };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            return new FileStream(path, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"{option}: {path} cannot be opened for writing: {e.Message}");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = await file.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (content.Length + read > MaxEvidence)
                throw Bad(path, string.Create(CultureInfo.InvariantCulture, $"it has more than {MaxEvidence >> 20} MiB"));
            content.Write(buffer, 0, read);
        }
        return content.GetBuffer().AsMemory(0, (int)content.Length);
    }

    // A whole document is no part of a longer one; what is right as far as it goes was longer once.
    private static bool IsCutOff(ReadOnlySpan<byte> content)
    {
        var reader = new Utf8JsonReader(content, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
            }
            return content.Length == 0 || reader.CurrentDepth > 0 || reader.TokenType == JsonTokenType.None;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Place(JsonException e) =>
        e.Path is { } path ? path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : "the document"
            : e.LineNumber is { } line ? string.Create(CultureInfo.InvariantCulture, $"line {line + 1}, byte {e.BytePositionInLine + 1}")
            : "the document";

    // The library's words without where it was and without the names of our types.
    private static string What(JsonException e)
    {
        const string Missing = "missing required properties including:";
        var what = e.Message.Split(" Path:")[0].Split(" LineNumber:")[0];
        return what.StartsWith("The JSON value could not be converted", StringComparison.Ordinal)
            ? "another kind of value is expected there"
            : what.IndexOf(Missing, StringComparison.Ordinal) is >= 0 and var at ? $"it lacks{what[(at + Missing.Length)..]}"
            : what;
    }

    private static bool HoldsNull(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().Any(e => e.ValueKind == JsonValueKind.Null || HoldsNull(e)),
        JsonValueKind.Object => value.EnumerateObject().Any(p => HoldsNull(p.Value)),
        _ => false,
    };

    private static UsageException Bad(string path, string why) => new($"--from: {path} is no evidence steth saved: {why.TrimEnd('.')}.");
}
