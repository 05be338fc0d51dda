using System.Buffers.Binary;
using System.Text;

namespace Steth.Fuzz.Tests;

/// <summary>Makes inputs that are nearly right. The same seed and number make the same input.</summary>
internal static class Mutator
{
    private const int Longest = 4096;

    private static readonly byte[][] Words = [.. new[]
    {
        "0", "-1", "4294967296", "9223372036854775808", "99999999999999999999999", "1e400", "-0", "null", "true", "\"\"", "[]", "{}", "[[", "\n", "\r\n", "\0", "\t", " ",
        ",", ":", "=", "(", ")", "\"", "\\", "\\ud800", "\\u0000", "\u202e", "\ufffd", "é", "/", "..", "-", "--", "%s", "0x", "ff:ff:ff:ff:ff:ff", "::1", "1.2.3.4/33", "Infinity", "NaN",
    }.Select(Encoding.UTF8.GetBytes), [0xff], [0xff, 0xff], [0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff], [0x80], [0x7f, 0xff, 0xff, 0xff], [0xc0, 0x0c]];

    /// <summary>One input for a target.</summary>
    public static byte[] Make(FuzzTarget target, int seed, int number)
    {
        var random = new Random(unchecked(seed * 1_000_003 ^ number * 48_271));
        var input = Window(target.Corpus[random.Next(target.Corpus.Count)], random);
        for (var changes = 1 + random.Next(4); changes > 0; changes--)
            input = Change(input, target, random);
        return input.Length <= 2 * Longest ? input : input[..(2 * Longest)];
    }

    /// <summary>Long recordings are cut, mostly at the end: what is wrong in the first kilobytes is found as well, and faster.</summary>
    private static byte[] Window(byte[] recorded, Random random)
    {
        if (recorded.Length <= Longest)
            return recorded;
        if (random.Next(50) == 0)
            return recorded;
        var length = random.Next(1, Longest);
        var start = random.Next(4) == 0 ? random.Next(recorded.Length - length) : 0;
        return recorded[start..(start + length)];
    }

    private static byte[] Change(byte[] input, FuzzTarget target, Random random)
    {
        var at = random.Next(input.Length + 1);
        var most = Math.Min(random.Next(1, 40), input.Length - at);
        switch (random.Next(9))
        {
            case 0 when input.Length > 0:
                var flipped = (byte[])input.Clone();
                flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
                return flipped;
            case 1 when input.Length > 0:
                var set = (byte[])input.Clone();
                set[random.Next(set.Length)] = (byte)random.Next(256);
                return set;
            case 2 when input.Length >= 2:
                var number = (byte[])input.Clone();
                BinaryPrimitives.WriteUInt16BigEndian(number.AsSpan(random.Next(number.Length - 1)), (ushort)random.Next(65536));
                return number;
            case 3:
                return input[..at];
            case 4:
                return [.. input.AsSpan(0, at), .. input.AsSpan(at + most)];
            case 5:
                return [.. input.AsSpan(0, at), .. input.AsSpan(at, most), .. input.AsSpan(at)];
            case 6:
                return [.. input.AsSpan(0, at), .. Words[random.Next(Words.Length)], .. input.AsSpan(at)];
            case 7:
                return [.. input.AsSpan(0, at), .. Words[random.Next(Words.Length)], .. input.AsSpan(at + most)];
            default:
                var other = target.Corpus[random.Next(target.Corpus.Count)];
                var from = random.Next(other.Length + 1);
                return [.. input.AsSpan(0, at), .. other.AsSpan(from, Math.Min(random.Next(200), other.Length - from))];
        }
    }
}
