namespace Steth.Lab.Faults;

/// <summary>Where a fault is made.</summary>
/// <param name="Host">Host name.</param>
/// <param name="Device">Device, bridge port or program on it.</param>
internal sealed record FaultSite(string Host, string Device);
