namespace Steth.Lab.Tests.Labs;

/// <summary>A lab of three bare hosts with the built agents, before any cloud.</summary>
public class BareLab : LabFixture
{
    /// <inheritdoc/>
    protected override int BareHosts => 3;
}
