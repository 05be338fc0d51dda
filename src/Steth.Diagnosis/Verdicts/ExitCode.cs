namespace Steth.Diagnosis.Verdicts;

/// <summary>Exit codes of a command that judged something.</summary>
public static class ExitCode
{
    /// <summary>Everything is as it should be.</summary>
    public const int Fine = 0;

    /// <summary>A check failed.</summary>
    public const int Failed = 1;

    /// <summary>Nothing failed, but something could not be decided.</summary>
    public const int Undecided = 2;

    /// <summary>Wrong usage, input or configuration; nothing was done (EX_USAGE of sysexits.h).</summary>
    public const int Usage = 64;

    /// <summary>The one agent or API the command cannot do without is silent (EX_UNAVAILABLE of sysexits.h).</summary>
    public const int Unavailable = 69;

    /// <summary>One code for many states: a failure beats an undecided one, which beats a pass. Nothing at all is fine.</summary>
    public static int For(IEnumerable<CheckState> states)
    {
        ArgumentNullException.ThrowIfNull(states);
        var code = Fine;
        foreach (var state in states)
        {
            if (state == CheckState.Fail)
                return Failed;
            if (state == CheckState.Unknown)
                code = Undecided;
        }
        return code;
    }

    /// <summary>The code of one state.</summary>
    public static int For(CheckState state) => For([state]);
}
