using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Steth.Lab.Processes;

/// <summary>posix_spawn's file actions and attributes, in the C library's own memory layout.</summary>
internal sealed unsafe class SpawnSettings : IDisposable
{
    /// <summary>More than glibc's largest, posix_spawnattr_t with 336 bytes.</summary>
    private const int Room = 512;

    private readonly byte* _memory = (byte*)NativeMemory.AllocZeroed(3 * Room);

    private SpawnSettings()
    {
        Must(Native.ActionsInit(Actions));
        Must(Native.AttributesInit(Attributes));
    }

    /// <summary>posix_spawn_file_actions_t.</summary>
    public nint Actions => (nint)_memory;

    /// <summary>posix_spawnattr_t.</summary>
    public nint Attributes => (nint)(_memory + Room);

    /// <summary>A session of its own, no signal ignored or blocked, nothing on stdin, stdout and stderr appended to a file.</summary>
    /// <exception cref="Win32Exception">There is no memory.</exception>
    public static SpawnSettings Detached(string logFile)
    {
        var settings = new SpawnSettings();
        var signals = (nint)(settings._memory + 2 * Room);
        Must(Native.ActionsAddOpen(settings.Actions, 0, "/dev/null", Native.OpenReadWrite, 0));
        Must(Native.ActionsAddOpen(settings.Actions, 1, logFile, Native.OpenWriteCreateAppend, 0x1a4)); // 0644
        Must(Native.ActionsAddDup(settings.Actions, 1, 2));
        Must(Native.SignalsAll(signals));
        Must(Native.AttributesSetDefaultSignals(settings.Attributes, signals));
        Must(Native.SignalsNone(signals));
        Must(Native.AttributesSetSignalMask(settings.Attributes, signals));
        Must(Native.AttributesSetFlags(settings.Attributes, Native.SpawnResetSignals | Native.SpawnSignalMask | Native.SpawnNewSession));
        return settings;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = Native.ActionsDestroy(Actions);
        _ = Native.AttributesDestroy(Attributes);
        NativeMemory.Free(_memory);
    }

    private static void Must(int error)
    {
        if (error != 0)
            throw new Win32Exception(error);
    }
}
