using System.Text.Json;
using Steth.Lab.Names;

namespace Steth.Lab.State;

/// <summary>A lab's files on the machine: /run/steth-lab/NAME. The hosts have a /run of their own and do not see it.</summary>
internal sealed class LabDirectory(LabName lab)
{
    private const string Parent = "/run/steth-lab";

    /// <summary>The directory.</summary>
    public string Root { get; } = Path.Combine(Parent, lab.Text);

    /// <summary>The inventory that the CLI reads.</summary>
    public string ConfigFile => Path.Combine(Root, "steth.conf");

    /// <summary>What had to be created on the machine's own file system to mount on; one path a line. All labs share it: the last one clears up.</summary>
    public static string MountPointsFile { get; } = Path.Combine(Parent, "mount-points");

    private string StateFile => Path.Combine(Root, "state.json");

    /// <summary>Whether anything of the lab is on disk.</summary>
    public bool Exists => Directory.Exists(Root);

    /// <summary>Another lab than this one is on disk.</summary>
    public bool HasNeighbours => Directory.Exists(Parent) && Directory.EnumerateDirectories(Parent).Any(path => path != Root);

    /// <summary>A host's folder of logs; created when missing.</summary>
    public string LogsOf(string host) => Directory.CreateDirectory(Path.Combine(Root, host, "log")).FullName;

    /// <summary>A file in a host's folder.</summary>
    public string FileOf(string host, string name)
    {
        LogsOf(host);
        return Path.Combine(Root, host, name);
    }

    /// <summary>Takes the lab's lock, which ends with this process. Two commands that change a lab exclude each other.</summary>
    /// <exception cref="LabException">Another command holds it, or /run cannot be written.</exception>
    public FileStream Lock()
    {
        var path = Path.Combine(Root, "lock");
        for (var attempt = 0; attempt < 10; attempt++)
        {
            try
            {
                Directory.CreateDirectory(Root);
                var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                if (IsStillThere(stream))
                    return stream;
                stream.Dispose(); // `down` removed it between our opening and our locking it
            }
            catch (DirectoryNotFoundException)
            {
                // `down` of another lab removed the parent; once more
            }
            catch (IOException e)
            {
                throw new LabException($"Another steth-lab command is changing lab '{lab}': wait for it to end, then try again.", e);
            }
            catch (UnauthorizedAccessException e)
            {
                throw new LabException($"{Root} cannot be written: run steth-lab as root.", e);
            }
        }
        throw new LabException($"The lock {path} keeps disappearing: another steth-lab command is taking lab '{lab}' down; try again.");
    }

    /// <summary>Reads the state; null when there is none, or when it cannot be read.</summary>
    public LabState? Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(StateFile), LabStateJson.Default.LabState);
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads the state of a lab that is up.</summary>
    /// <exception cref="LabException">It is not.</exception>
    public LabState ReadUp() => Read() switch
    {
        { IsUp: true } state => state,
        null => throw new LabException($"There is no lab '{lab}': bring it up with `steth-lab up{Naming}`."),
        _ => throw new LabException($"Lab '{lab}' is not up yet, or its `up` was ended half-way: `steth-lab down{Naming}` clears it."),
    };

    /// <summary>Writes the state in one step: a reader sees the old one or the new one.</summary>
    public void Write(LabState state)
    {
        var next = StateFile + ".new";
        File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(state, LabStateJson.Default.LabState));
        File.Move(next, StateFile, overwrite: true);
    }

    /// <summary>Removes everything, the parent too when no other lab is in it.</summary>
    public void Remove()
    {
        if (Directory.Exists(Root))
            Directory.Delete(Root, recursive: true);
        try
        {
            Directory.Delete(Parent);
        }
        catch (IOException)
        {
            // another lab lives there, or it is gone already
        }
    }

    private string Naming => lab == LabName.Default ? "" : $" --name {lab}";

    private static bool IsStillThere(FileStream stream) =>
        File.ResolveLinkTarget($"/proc/self/fd/{stream.SafeFileHandle.DangerousGetHandle()}", returnFinalTarget: false)
            is { } target && !target.FullName.EndsWith(" (deleted)", StringComparison.Ordinal);
}
