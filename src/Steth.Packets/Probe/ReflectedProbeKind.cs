namespace Steth.Packets.Probe;

/// <summary>What a <see cref="ReflectedProbe"/> is; the number is the octet on the wire. 0 is nobody's.</summary>
public enum ReflectedProbeKind
{
    /// <summary>Asks for an answer of any length and is not counted: it finds neighbours, and proves that somebody answers.</summary>
    Greeting = 1,

    /// <summary>Asks for an answer as long as itself.</summary>
    Probe = 2,

    /// <summary>Asks for an answer without padding.</summary>
    LargeProbe = 3,

    /// <summary>The reflector's.</summary>
    Answer = 4,
}
