using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using FsCheck.Fluent;
using Steth.Packets.Tests;

namespace Steth.Fuzz.Tests;

/// <summary>
/// Inputs that are nearly right, for everything that reads what others wrote. STETH_FUZZ_SEED and STETH_FUZZ_INPUTS choose which and how
/// many (seed 1, a million); a failure prints both, and the input, which belongs under Kept then.
/// </summary>
public class FuzzTests
{
    private const long MostGrowthBytes = 16 << 20;

    private static readonly TimeSpan LongestInput = TimeSpan.FromSeconds(10);

    public static TheoryData<string> Names => [.. FuzzTargets.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Kept_AndRecorded_AreReadOrRefused(string name)
    {
        var target = FuzzTargets.All.Single(t => t.Name == name);
        target.Corpus.ShouldNotBeEmpty();
        foreach (var recorded in target.Corpus)
            Try(target, recorded);
        foreach (var file in Kept(name))
            Try(target, File.ReadAllBytes(file)).ShouldBeNull(file);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AnyBytesAndAnyText_AreReadOrRefused(string name)
    {
        var target = FuzzTargets.All.Single(t => t.Name == name);
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>().Filter(bytes => bytes is not null), bytes => Try(target, bytes) is null).ShouldHold(1000);
        Prop.ForAll(ArbMap.Default.ArbFor<string>().Filter(text => text is not null), text => Try(target, Encoding.UTF8.GetBytes(text)) is null)
            .ShouldHold(1000);
    }

    [Fact]
    public void Mutated_AreReadOrRefused_QuicklyAndWithoutGrowth()
    {
        var seed = Number("STETH_FUZZ_SEED") ?? 1;
        var inputs = Number("STETH_FUZZ_INPUTS") ?? 1_000_000;
        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine($"STETH_FUZZ_SEED={seed} STETH_FUZZ_INPUTS={inputs}");
        FuzzTarget[] turns = [.. FuzzTargets.All.SelectMany(t => Enumerable.Repeat(t, t.Weight))];
        Run(turns, seed, 0, inputs / 20);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var start = Stopwatch.GetTimestamp();
        Run(turns, seed, inputs / 20, inputs);
        var took = Stopwatch.GetElapsedTime(start);
        var growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{inputs - inputs / 20} inputs in {took.TotalSeconds:0.0} s, {growth / 1024} KiB of growth"));
        growth.ShouldBeLessThan(MostGrowthBytes);
    }

    private static void Run(FuzzTarget[] turns, int seed, int from, int to)
    {
        var next = from;
        var failure = (string?)null;
        var workers = Enumerable.Range(0, Math.Max(2, Environment.ProcessorCount)).Select(_ => new Worker()).ToArray();
        var threads = workers.Select(worker => new Thread(() =>
        {
            while (Volatile.Read(ref failure) is null && Interlocked.Increment(ref next) - 1 is var number && number < to)
            {
                var target = turns[number % turns.Length];
                var input = Mutator.Make(target, seed, number);
                Volatile.Write(ref worker.Now, new Turn(target, number, input, Stopwatch.GetTimestamp()));
                if (Try(target, input) is { } fault)
                    Interlocked.CompareExchange(ref failure, Describe(target, seed, number, input, fault.ToString()), null);
            }
            Volatile.Write(ref worker.Now, null);
        })
        { IsBackground = true }).ToArray();
        foreach (var thread in threads)
            thread.Start();
        while (!threads.All(thread => thread.Join(TimeSpan.FromMilliseconds(200))) && Volatile.Read(ref failure) is null)
        {
            if (workers.Select(w => Volatile.Read(ref w.Now)).FirstOrDefault(t => t is not null && Stopwatch.GetElapsedTime(t.Since) > LongestInput) is { } stuck)
                Interlocked.CompareExchange(ref failure, Describe(stuck.Target, seed, stuck.Number, stuck.Input, $"not done within {LongestInput.TotalSeconds} s"), null);
        }
        failure.ShouldBeNull();
    }

    /// <summary>The exception that should not have been; null: it was read, or refused as documented.</summary>
    private static Exception? Try(FuzzTarget target, byte[] input)
    {
        try
        {
            target.Read(input);
            return null;
        }
        catch (Exception e)
        {
            return target.IsRefusal(e) ? null : e;
        }
    }

    private static string Describe(FuzzTarget target, int seed, int number, byte[] input, string fault) =>
        $"{target.Name}, input {number} of STETH_FUZZ_SEED={seed}: {fault}\nThe input, for a file in tests/Steth.Fuzz.Tests/Kept/{target.Name}/:\n"
            + $"base64 -d <<< {Convert.ToBase64String(input)}";

    private static IEnumerable<string> Kept(string target, [CallerFilePath] string here = "")
    {
        var folder = Path.Combine(Path.GetDirectoryName(here)!, "Kept", target);
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : [];
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private sealed record Turn(FuzzTarget Target, int Number, byte[] Input, long Since);

    private sealed class Worker
    {
        public Turn? Now;
    }
}
