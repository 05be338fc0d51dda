using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Steth.Contracts.Names;
using Steth.Contracts.Operations;

namespace Steth.Agent.Kernel;

/// <summary>
/// What a NIC's driver says of it. A part that the driver does not have is null; one that could not be read is named in
/// <see cref="NicFacts.Unmeasured"/>.
/// </summary>
internal static class DriverFacts
{
    // The numbers and structures are those of include/uapi/linux/ethtool.h; words are in the machine's order.
    private const uint GetDriver = 0x03;
    private const uint GetRing = 0x10;
    private const uint GetPause = 0x12;
    private const uint GetStrings = 0x1b;
    private const uint GetSetSizes = 0x37;
    private const uint GetFeatures = 0x3a;
    private const uint GetChannels = 0x3c;
    private const uint GetLink = 0x4c;
    private const uint FeatureNames = 4;
    private const int NameLength = 32;

    // The kernel has 64; a driver cannot add any.
    private const int MostFeatures = 1024;
    private const int MostLinkModeWords = 127;

    private const int NotSupported = 95;

    /// <summary>Adds what the driver says to what is known of a device.</summary>
    public static NicFacts Add(NicFacts nic, DeviceName device, EthtoolSocket socket)
    {
        var unmeasured = nic.Unmeasured.ToList();
        nic = nic with
        {
            Ring = Words(GetRing, 9, "ring") is { } ring
                ? new NicRing { RxMax = ring[1], TxMax = ring[4], Rx = ring[5], Tx = ring[8] } : null,
            Channels = Words(GetChannels, 9, "channels") is { } channels
                ? new NicChannels { Rx = channels[5], Tx = channels[6], Combined = channels[8] } : null,
            Pause = Words(GetPause, 4, "pause") is { } pause
                ? new NicPause { Autoneg = pause[1] != 0, Rx = pause[2] != 0, Tx = pause[3] != 0 } : null,
        };
        nic = Driver(Link(nic));
        return nic with { Offloads = Offloads(), Unmeasured = unmeasured };

        NicFacts Link(NicFacts link)
        {
            // struct ethtool_link_settings: the first call tells how many words a mask of link modes has, as a negative number.
            var head = new byte[48];
            if (!Ask(head, GetLink, "link"))
                return link;
            var words = -(sbyte)head[15];
            if (words is < 0 or > MostLinkModeWords)
                return Failed(link, "link", "the kernel speaks another version of ethtool's interface");
            var whole = new byte[head.Length + 3 * sizeof(uint) * words];
            whole[15] = (byte)words;
            if (!Ask(whole, GetLink, "link"))
                return link;
            var speed = BinaryPrimitives.ReadInt32LittleEndian(whole.AsSpan(4));
            return link with
            {
                SpeedMbps = speed > 0 ? speed : null,
                Duplex = whole[8] switch { 0 => "half", 1 => "full", _ => null },
                Autoneg = whole[11] switch { 0 => false, 1 => true, _ => null },
            };
        }

        NicFacts Driver(NicFacts driven)
        {
            var answer = new byte[196];
            return Ask(answer, GetDriver, "driver")
                ? driven with
                {
                    Driver = Text(answer.AsSpan(4, NameLength)),
                    DriverVersion = Text(answer.AsSpan(4 + NameLength, NameLength)),
                    Firmware = Text(answer.AsSpan(4 + 2 * NameLength, NameLength)),
                    Bus = Text(answer.AsSpan(4 + 3 * NameLength, NameLength)),
                }
                : driven;
        }

        SortedDictionary<string, bool>? Offloads()
        {
            var size = new byte[20];
            BinaryPrimitives.WriteUInt64LittleEndian(size.AsSpan(8), 1ul << (int)FeatureNames);
            if (!Ask(size, GetSetSizes, "offloads"))
                return null;
            var count = BinaryPrimitives.ReadUInt32LittleEndian(size.AsSpan(16));
            if (BinaryPrimitives.ReadUInt64LittleEndian(size.AsSpan(8)) == 0 || count is 0 or > MostFeatures)
                return null;
            var names = new byte[12 + (int)count * NameLength];
            BinaryPrimitives.WriteUInt32LittleEndian(names.AsSpan(4), FeatureNames);
            var blocks = ((int)count + 31) / 32;
            var states = new byte[8 + blocks * 16];
            BinaryPrimitives.WriteInt32LittleEndian(states.AsSpan(4), blocks);
            return Ask(names, GetStrings, "offloads") && Ask(states, GetFeatures, "offloads") ? Features(names, states, (int)count) : null;
        }

        uint[]? Words(uint command, int count, string part)
        {
            var answer = new byte[count * sizeof(uint)];
            return Ask(answer, command, part) ? MemoryMarshal.Cast<byte, uint>(answer).ToArray() : null;
        }

        bool Ask(byte[] bytes, uint command, string part)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, command);
            var error = socket.Ask(device, bytes);
            if (error is not (0 or NotSupported))
                unmeasured.Add(new NicUnmeasured { What = part, Reason = Marshal.GetPInvokeErrorMessage(error) });
            return error == 0;
        }

        NicFacts Failed(NicFacts facts, string part, string reason)
        {
            unmeasured.Add(new NicUnmeasured { What = part, Reason = reason });
            return facts;
        }
    }

    // struct ethtool_get_features_block: available, requested, active, never changed.
    private static SortedDictionary<string, bool> Features(byte[] names, byte[] states, int count)
    {
        var features = new SortedDictionary<string, bool>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var active = BinaryPrimitives.ReadUInt32LittleEndian(states.AsSpan(8 + i / 32 * 16 + 8));
            if (Text(names.AsSpan(12 + i * NameLength, NameLength)) is { } name)
                features[name] = (active >> (i % 32) & 1) != 0;
        }
        return features;
    }

    /// <summary>What a driver wrote; null when it is empty or its word for that.</summary>
    internal static string? Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        var text = PlainText.Of(Encoding.UTF8.GetString(end < 0 ? field : field[..end]));
        return text is "" or "N/A" or "n/a" ? null : text;
    }
}
