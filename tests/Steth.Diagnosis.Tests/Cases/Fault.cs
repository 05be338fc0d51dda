namespace Steth.Diagnosis.Tests.Cases;

/// <summary>One fault, where it has to be found, and a loss it does not explain.</summary>
/// <param name="Break">Breaks the one thing.</param>
/// <param name="Lose">Where the packets end for it.</param>
/// <param name="Id">The cause.</param>
/// <param name="Host">Its place; null: none in particular.</param>
/// <param name="Device">Its device; null: none in particular.</param>
/// <param name="Elsewhere">Another end of the same packets; null: it acts wherever they end, or they themselves tell it.</param>
public sealed record Fault(
    Func<LabCase, LabCase> Break, Func<LabCase, LabCase> Lose, string Id, string? Host, string? Device,
    Func<LabCase, LabCase>? Elsewhere = null)
{
    public Func<LabCase> Make { get; init; } = () => new LabCase();
}
