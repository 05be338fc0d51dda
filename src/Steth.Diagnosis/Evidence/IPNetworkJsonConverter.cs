using System.Net;
using Steth.Packets.Addresses;

namespace Steth.Diagnosis.Evidence;

/// <summary>Writes a subnet's range as <c>10.0.0.0/24</c>.</summary>
public sealed class IPNetworkJsonConverter : ParsableJsonConverter<IPNetwork>;
