using System.Runtime.CompilerServices;
using System.Text.Json;
using Steth.Contracts;
using Steth.Contracts.Operations;

namespace Steth.Diagnosis.Tests.Recorded;

/// <summary>Answers of real agents on real bridges, as files beside this one.</summary>
internal static class Recording
{
    public static OvsTraceResult Trace(string name) => Read($"trace/{name}.json", AgentOperations.OvsTrace);

    public static OvsShowResult Ovs(string host) => Read($"ovs-{host}.json", AgentOperations.OvsShow);

    public static PortWiringResult Wiring(string port) => Read($"wiring-{port}.json", AgentOperations.PortWiring);

    private static TResult Read<TParams, TResult>(string path, Operation<TParams, TResult> operation)
        where TParams : notnull
        where TResult : notnull => JsonSerializer.Deserialize(File.ReadAllText(Path.Combine(Folder(), path)), operation.ResultType)!;

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
