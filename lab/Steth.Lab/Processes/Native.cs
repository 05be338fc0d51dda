using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Steth.Lab.Processes;

/// <summary>The C library calls that the lab needs and .NET has not.</summary>
internal static partial class Native
{
    public const int OpenReadWrite = 0x2;
    public const int OpenWriteCreateAppend = 0x1 | 0x40 | 0x400;
    public const short SpawnResetSignals = 0x04;
    public const short SpawnSignalMask = 0x08;
    public const short SpawnNewSession = 0x80;
    public const int SignalKill = 9;
    public const int SignalPipe = 13;

    [LibraryImport("libc", EntryPoint = "posix_spawnp", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int PosixSpawn(out int pid, string file, nint actions, nint attributes, string?[] argv, string?[] environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int ActionsInit(nint actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial int ActionsDestroy(nint actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ActionsAddOpen(nint actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial int ActionsAddDup(nint actions, int descriptor, int target);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    public static partial int AttributesInit(nint attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    public static partial int AttributesDestroy(nint attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    public static partial int AttributesSetFlags(nint attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    public static partial int AttributesSetDefaultSignals(nint attributes, nint signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    public static partial int AttributesSetSignalMask(nint attributes, nint signals);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    public static partial int SignalsNone(nint signals);

    [LibraryImport("libc", EntryPoint = "sigfillset")]
    public static partial int SignalsAll(nint signals);

    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    public static partial nint Signal(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Execute(string path, string?[] argv, string?[] environment);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(int descriptor, nuint request, Span<byte> argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeFileHandle descriptor, Span<byte> buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeFileHandle descriptor, ReadOnlySpan<byte> buffer, nuint length);
}
