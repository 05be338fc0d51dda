using System.Text.Json.Serialization;

namespace Steth.OpenStack.Neutron;

/// <summary>How Neutron's answers are read: what is not declared is passed over, addresses that are none are null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    Converters = [typeof(IpAddressConverter), typeof(IpNetworkConverter), typeof(TimestampConverter)])]
[JsonSerializable(typeof(NeutronPort))]
[JsonSerializable(typeof(NeutronNetwork))]
[JsonSerializable(typeof(NeutronSubnet))]
[JsonSerializable(typeof(NeutronRouter))]
[JsonSerializable(typeof(NeutronFloatingIp))]
[JsonSerializable(typeof(NeutronAgent))]
[JsonSerializable(typeof(NeutronSecurityGroup))]
internal sealed partial class NeutronJson : JsonSerializerContext;
