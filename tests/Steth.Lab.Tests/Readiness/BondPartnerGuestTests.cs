using System.Text.Json;
using System.Text.RegularExpressions;
using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests.Readiness;

/// <summary>check nics with bonds that speak LACP, in a guest whose kernel has them.</summary>
[Collection(AloneCollection.Name)]
public partial class BondPartnerGuestTests
{
    [Fact]
    public async Task CheckNics_MemberOnAnotherSwitch_IsTheOneFinding()
    {
        Assert.SkipUnless(Guest.Obstacle is null, Guest.Obstacle ?? "");
        var run = await Guest.RunAsync("nics-check.sh", TimeSpan.FromSeconds(280), "1G", Commands.Steth.Path, Commands.Steth.AgentPath);

        run.ExitCode.ShouldBe(0, run.Output + run.Errors);
        var answers = Answer().Matches(run.Output);
        answers.Select(m => (m.Groups[1].Value, m.Groups[3].Value)).ShouldBe([("healthy", "0"), ("wrong partner", "1")], run.Output + run.Errors);
        Findings(answers[0]).ShouldBeEmpty(run.Output);
        Findings(answers[1]).ShouldBe(["bond-partner-differs b: the members of bond0 of b are on different LACP partners"], run.Output);
    }

    private static string[] Findings(Match answer)
    {
        using var report = JsonDocument.Parse(answer.Groups[2].Value);
        return [.. report.RootElement.GetProperty("findings").EnumerateArray().Select(f =>
            $"{f.GetProperty("id")} {string.Join(",", f.GetProperty("nodes").EnumerateArray())}: {f.GetProperty("summary")}")];
    }

    [GeneratedRegex(@"^== (?!exit)([^\n]*)$(.*?)^== exit (\d+)$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Answer();
}
