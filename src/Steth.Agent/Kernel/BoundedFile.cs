using System.Text;

namespace Steth.Agent.Kernel;

/// <summary>Reads files that others write and may be of any size, those of /proc too, which have no length.</summary>
public static class BoundedFile
{
    /// <summary>The first bytes of a file as UTF-8.</summary>
    /// <exception cref="IOException">It is not there or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static string ReadText(string path, int mostBytes)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var bytes = new byte[4096];
        var length = 0;
        while (length < mostBytes)
        {
            if (length == bytes.Length)
                Array.Resize(ref bytes, Math.Min(2 * bytes.Length, mostBytes));
            if (file.Read(bytes, length, bytes.Length - length) is var read and > 0)
                length += read;
            else
                break;
        }
        return Encoding.UTF8.GetString(bytes, 0, length);
    }
}
