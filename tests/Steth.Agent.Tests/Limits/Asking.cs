using System.Globalization;
using System.Text;
using System.Text.Json;
using Steth.Agent.Tests.Host;

namespace Steth.Agent.Tests.Limits;

/// <summary>Asks a real agent.</summary>
internal static class Asking
{
    /// <summary>One call; the answer.</summary>
    public static async Task<JsonElement> AskAsync(
        this HttpClient client, AgentProcess agent, string method, string parameters = "{}", int? deadlineMs = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, agent.Address)
        {
            Content = new StringContent($$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{{parameters}}}""", Encoding.UTF8, "application/json"),
        };
        if (deadlineMs is { } milliseconds)
            request.Headers.Add("Steth-Deadline-Ms", milliseconds.ToString(CultureInfo.InvariantCulture));
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The error of an answer; 0 and empty when it is a result.</summary>
    public static (int Code, string Message) Error(this JsonElement answer) => answer.TryGetProperty("error", out var error)
        ? (error.GetProperty("code").GetInt32(), error.GetProperty("message").GetString()!)
        : (0, "");

    /// <summary>Makes sure that it serves.</summary>
    public static async Task MustServeAsync(this AgentProcess agent)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        (await client.AskAsync(agent, "lease.list")).GetProperty("result").GetProperty("leases").GetArrayLength().ShouldBe(0);
    }

    /// <summary>Resident memory in MiB.</summary>
    public static double MemoryMiB(this AgentProcess agent)
    {
        var line = File.ReadLines($"/proc/{agent.Id}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    /// <summary>Open descriptors.</summary>
    public static int OpenFiles(this AgentProcess agent) => Directory.GetFiles($"/proc/{agent.Id}/fd").Length;

    /// <summary>Threads that read captures.</summary>
    public static int Captures(this AgentProcess agent) =>
        Directory.GetDirectories($"/proc/{agent.Id}/task").Count(task => TextOf($"{task}/comm").Trim() == "capture");
    /// <summary>Programs that it runs, by name.</summary>
    public static string[] Programs(this AgentProcess agent) =>
    [
        .. Directory.GetDirectories($"/proc/{agent.Id}/task")
            .SelectMany(task => TextOf($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(child => TextOf($"/proc/{child}/comm").Trim()),
    ];

    /// <summary>A file of /proc; empty when whom it tells of has ended.</summary>
    private static string TextOf(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
