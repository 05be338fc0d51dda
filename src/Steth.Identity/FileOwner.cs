using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Steth.Identity;

/// <summary>Whose a file is, which .NET does not tell.</summary>
internal static partial class FileOwner
{
    private const int CurrentFolder = -100;
    private const uint WantUid = 0x8;

    // struct statx of statx(2) is the same everywhere.
    private const int StatxBytes = 256;
    private const int UidAt = 20;

    /// <summary>The user of this process.</summary>
    public static uint Own => GetEffectiveUid();

    /// <summary>The user of a file, of a link that of what it leads to.</summary>
    /// <exception cref="IOException">It cannot be told.</exception>
    public static uint Of(string path)
    {
        var answer = new byte[StatxBytes];
        return Statx(CurrentFolder, path, 0, WantUid, answer) == 0
            ? BinaryPrimitives.ReadUInt32LittleEndian(answer.AsSpan(UidAt))
            : throw new IOException(Marshal.GetLastPInvokeErrorMessage());
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint wanted, [Out] byte[] answer);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUid();
}
