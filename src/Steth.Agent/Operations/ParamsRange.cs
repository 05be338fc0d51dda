using Steth.Contracts;

namespace Steth.Agent.Operations;

/// <summary>Refuses numbers out of range.</summary>
internal static class ParamsRange
{
    /// <summary>Checks one.</summary>
    /// <exception cref="OperationException">InvalidParams, naming the parameter, its value and what is allowed.</exception>
    public static void Check(string name, int value, int least, int most, string unit = "")
    {
        if (value < least || value > most)
            throw new OperationException(OperationErrorCode.InvalidParams, $"{name} has {value}{unit}; allowed are {least}-{most}.");
    }
}
