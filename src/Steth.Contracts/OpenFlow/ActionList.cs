namespace Steth.Contracts.OpenFlow;

/// <summary>A list of actions as Open vSwitch prints it (ovs-actions(7)): separated by commas, arguments in parentheses.</summary>
public static class ActionList
{
    /// <summary>The actions, those within others' parentheses not taken apart.</summary>
    public static IEnumerable<string> Split(string actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        var (depth, start) = (0, 0);
        for (var i = 0; i < actions.Length; i++)
        {
            depth += actions[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth != 0 || actions[i] != ',')
                continue;
            yield return actions[start..i];
            start = i + 1;
        }
        yield return actions[start..];
    }
}
