using Steth.Diagnosis.Readiness.Mesh;
using Steth.Diagnosis.Readiness.Pairs;

namespace Steth.Diagnosis.Tests.Readiness.Mesh;

/// <summary>What a run of a network of some nodes measured, healthy unless a test says otherwise.</summary>
internal static class MeshRuns
{
    public static MeshEvidence Healthy(params string[] nodes) => new()
    {
        Pairs =
        [
            .. from one in nodes
               from other in nodes
               where one != other
               select new MeshPair
               {
                   From = one,
                   To = other,
                   Network = "net",
                   IpVersion = 4,
                   Sent = 50,
                   Received = 50,
                   Reflected = 50,
                   Answered = 50,
                   Proven = true,
                   RttMinMs = 0.1,
                   RttP50Ms = 0.2,
                   RttP99Ms = 0.4,
                   RttMaxMs = 0.4,
                   JitterMs = 0.05,
               },
        ],
        Unreachable = [],
    };

    /// <summary>The same with some pairs changed.</summary>
    public static MeshEvidence Where(this MeshEvidence evidence, Func<MeshPair, bool> which, Func<MeshPair, MeshPair> change) =>
        evidence with { Pairs = [.. evidence.Pairs.Select(p => which(p) ? change(p) : p)] };

    /// <summary>Loses this many of 50 probes on some ways, and as many of the answers that go there.</summary>
    public static MeshEvidence Losing(this MeshEvidence evidence, int of50, Func<DirectedPair, bool> ways) => evidence with
    {
        Pairs =
        [
            .. evidence.Pairs.Select(p =>
            {
                var there = new DirectedPair(p.From, p.To);
                var reflected = ways(there) ? 50 - of50 : 50;
                var received = ways(there.Reversed) ? Math.Max(0, reflected - of50) : reflected;
                return p with { Reflected = reflected, Answered = reflected, Received = received };
            }),
        ],
    };
}
