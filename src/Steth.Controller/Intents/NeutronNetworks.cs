using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Steth.Diagnosis.Intent;
using Steth.OpenStack.Neutron;

namespace Steth.Controller.Intents;

/// <summary>Networks and subnets as Neutron tells them.</summary>
internal static class NeutronNetworks
{
    /// <summary>A network; by its id alone when Neutron did not tell it.</summary>
    /// <param name="network">As told; null: not told.</param>
    /// <param name="id">Its id.</param>
    /// <param name="mappings">Physical network to bridge on the host it is wanted for; null: not known.</param>
    /// <param name="answers">Where a network of several segments is noted.</param>
    public static NetworkIntent Intent(
        NeutronNetwork? network, string id, IReadOnlyDictionary<string, string>? mappings, PartialAnswers answers)
    {
        var segment = Segment(network, mappings);
        if (network?.Segments.Count > 1)
        {
            answers.Note($"The network has {network.Segments.Count} segments; {segment?.NetworkType} {segment?.PhysicalNetwork} "
                + $"{segment?.SegmentationId} was taken for the port's.");
        }
        return new NetworkIntent
        {
            Id = Guid.TryParse(id, out var parsed) ? parsed : null,
            Name = string.IsNullOrEmpty(network?.Name) ? null : network.Name,
            Type = segment?.NetworkType ?? network?.NetworkType,
            PhysicalNetwork = segment is null ? network?.PhysicalNetwork : segment.PhysicalNetwork,
            SegmentationId = segment is null ? network?.SegmentationId : segment.SegmentationId,
            Mtu = network?.Mtu,
            AdminUp = network?.AdminStateUp,
        };
    }

    /// <summary>A subnet; null when its range was not told.</summary>
    public static SubnetIntent? Intent(NeutronSubnet subnet) => subnet.Cidr is { } range
        ? new SubnetIntent
        {
            Id = Guid.TryParse(subnet.Id, out var id) ? id : null,
            Range = range,
            Gateway = subnet.GatewayIp,
            DhcpEnabled = subnet.EnableDhcp,
            PoolSize = PoolSize(subnet.AllocationPools),
        }
        : null;

    // A host of a network of several segments is on the one whose physical network it has a bridge for, else in a tunnel.
    private static NeutronSegment? Segment(NeutronNetwork? network, IReadOnlyDictionary<string, string>? mappings) =>
        network?.Segments.FirstOrDefault(s => s.PhysicalNetwork is { } physical && mappings?.ContainsKey(physical) == true)
        ?? network?.Segments.FirstOrDefault(s => s.PhysicalNetwork is null)
        ?? (network?.Segments is [var first, ..] ? first : null);

    private static long? PoolSize(IReadOnlyList<NeutronAddressRange> pools)
    {
        long sum = 0;
        foreach (var pool in pools)
        {
            if (pool is not { Start.AddressFamily: AddressFamily.InterNetwork, End.AddressFamily: AddressFamily.InterNetwork })
                return null;
            sum += Math.Max(0, (long)Number(pool.End) - Number(pool.Start) + 1);
        }
        return sum;
    }

    private static uint Number(IPAddress address) => BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
}
