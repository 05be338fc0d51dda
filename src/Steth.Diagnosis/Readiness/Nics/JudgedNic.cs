using Steth.Contracts.Operations;
using Steth.Diagnosis.Verdicts;

namespace Steth.Diagnosis.Readiness.Nics;

/// <summary>One NIC, and what was found wrong with it so far.</summary>
internal sealed class JudgedNic(NicsNode node, NicPlace place)
{
    private readonly List<string> _faults = [];
    private readonly List<string> _unknown = [];

    public string Node => node.Node;

    public string Name => place.Nic;

    public NicRole Role => place.Role;

    public string? Bond => place.Bond;

    public IReadOnlyList<string> Networks => place.Networks;

    /// <summary>What the agent told; null when it told nothing or there is no such device.</summary>
    public NicFacts? Facts { get; } = place.Facts is { Exists: true } facts ? facts : null;

    /// <summary>By how much its counters grew while they were watched; null: they were not, or not read.</summary>
    public NicCounters? Grown { get; } = Growth.Of(place.Facts);

    /// <summary>For how long, in seconds; null: they were not.</summary>
    public double? LookedSeconds => node.LookedMs is > 0 and var ms ? ms / 1000.0 : null;

    /// <summary>It can carry frames.</summary>
    public bool IsUp => Facts is { AdminUp: true, Carrier: true };

    public string Text => $"{Name} of {Node}";

    public IReadOnlyList<string> Unknown => _unknown;

    /// <summary>Something of it is broken.</summary>
    public void Blame(string fault) => AddOnce(_faults, fault);

    /// <summary>Something of it could not be measured.</summary>
    public void Doubt(string reason) => AddOnce(_unknown, reason);

    public NicResult Result() => new()
    {
        Node = Node,
        Nic = Name,
        Role = Role,
        Networks = Networks,
        Bond = Bond,
        State = _faults.Count > 0 ? CheckState.Fail : _unknown.Count > 0 ? CheckState.Unknown : CheckState.Pass,
        Reason = _faults.Count + _unknown.Count == 0 ? null : string.Join("; ", [.. _faults, .. _unknown]),
        AdminUp = Facts?.AdminUp,
        Carrier = Facts?.Carrier,
        SpeedMbps = Facts?.SpeedMbps,
        Duplex = Facts?.Duplex,
        Autoneg = Facts?.Autoneg,
        Mtu = Facts?.Mtu,
        Mac = Facts?.Mac?.ToString(),
        Driver = Facts?.Driver,
        DriverVersion = Facts?.DriverVersion,
        Firmware = Facts?.Firmware,
        Bus = Facts?.Bus,
        LookedMs = node.LookedMs,
        Grown = Grown,
        Ring = Facts?.Ring,
        Channels = Facts?.Channels,
        Pause = Facts?.Pause,
        Offloads = Facts?.Offloads,
        Bonding = Facts?.Bond,
        Lldp = Facts?.Lldp ?? [],
        Unmeasured = Facts?.Unmeasured ?? [],
    };

    /// <summary>Doubts what the agent itself could not read.</summary>
    public void DoubtWhatIsMissing()
    {
        if (place.Facts is null)
            Doubt(place.Problem ?? "the agent told nothing of it");
        else if (!place.Facts.Exists)
            Doubt("it is not there any more");
        foreach (var part in Facts?.Unmeasured ?? [])
            Doubt($"{part.What}: {part.Reason}");
        if (Facts is not null && LookedSeconds is not null)
        {
            if (Grown is null)
                Doubt("its counters could not be read twice");
            else if (Growth.WentBack(Grown))
                Doubt("its counters went back while they were watched");
        }
    }

    private static void AddOnce(List<string> list, string text)
    {
        if (!list.Contains(text))
            list.Add(text);
    }
}
