using System.Text.Json.Serialization;

namespace Steth.Diagnosis.Evidence;

/// <summary>What a user complains of, in the order in which it is looked for.</summary>
public enum Symptom
{
    /// <summary>The guest gets no address by DHCP.</summary>
    [JsonStringEnumMemberName("no-ip")]
    NoIp,

    /// <summary>The guest does not reach its gateway.</summary>
    [JsonStringEnumMemberName("no-gateway")]
    NoGateway,

    /// <summary>The guest reaches its gateway and nothing outside.</summary>
    [JsonStringEnumMemberName("no-internet")]
    NoInternet,

    /// <summary>The guest's floating IP does not answer outside.</summary>
    [JsonStringEnumMemberName("no-floating-ip")]
    NoFloatingIp,

    /// <summary>The guest gets no metadata from 169.254.169.254.</summary>
    [JsonStringEnumMemberName("no-metadata")]
    NoMetadata,

    /// <summary>The guest does not reach another guest.</summary>
    [JsonStringEnumMemberName("no-peer")]
    NoPeer,

    /// <summary>Small packets pass, large ones do not.</summary>
    [JsonStringEnumMemberName("large-packets")]
    LargePackets,
}
