namespace Steth.Agent.Audit;

/// <summary>
/// A file of lines that grows to a bound and is then renamed: <c>PATH</c> to <c>PATH.1</c>, that to <c>PATH.2</c>, up to the oldest, which
/// goes. Opened anew for each line, so that it does not matter who moves or deletes it meanwhile. Not for several threads at once.
/// </summary>
internal sealed class AuditFiles(string path, long mostBytes, int mostFiles)
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private bool _isWhole;

    /// <summary>Adds a line; what was written of one that did not fit is taken away again.</summary>
    /// <exception cref="IOException">The disk is full, the folder not writable, or the like.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Append(ReadOnlySpan<byte> line)
    {
        if (TryAppend(line))
            return;
        for (var i = mostFiles - 2; i >= 0; i--)
        {
            if (File.Exists(Name(i)))
                File.Move(Name(i), Name(i + 1), overwrite: true);
        }
        TryAppend(line);
    }

    /// <summary>Opens all there are, oldest first.</summary>
    public IReadOnlyList<FileStream> OpenAll()
    {
        var files = new List<FileStream>();
        for (var i = mostFiles - 1; i >= 0; i--)
        {
            try
            {
                files.Add(new FileStream(Name(i), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Not there, or not readable: the others may be.
            }
        }
        return files;
    }

    private string Name(int age) => age == 0 ? path : $"{path}.{age}";

    /// <returns>False, and nothing done, when the file has no room for it.</returns>
    private bool TryAppend(ReadOnlySpan<byte> line)
    {
        using var file = Open();
        var end = file.Length;
        if (end > 0 && end + line.Length > mostBytes)
            return false;
        file.Position = end;
        try
        {
            // An agent that was killed may have left half a line.
            if (!_isWhole && end > 0 && LastByte(file) != '\n')
                file.WriteByte((byte)'\n');
            file.Write(line);
            _isWhole = true;
        }
        catch (IOException)
        {
            // Half a line would be read as none, and would spoil the next.
            file.SetLength(end);
            throw;
        }
        return true;
    }

    private FileStream Open()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = Owner,
        };
        try
        {
            return new FileStream(path, options);
        }
        catch (DirectoryNotFoundException)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!, Owner | UnixFileMode.UserExecute);
            return new FileStream(path, options);
        }
    }

    private static int LastByte(FileStream file)
    {
        file.Position--;
        return file.ReadByte();
    }
}
