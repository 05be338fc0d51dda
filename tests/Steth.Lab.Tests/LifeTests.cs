using Steth.Lab.Tests.Labs;

namespace Steth.Lab.Tests;

/// <summary>Labs come and go without a trace, also when they are killed on the way up.</summary>
public class LifeTests
{
    [Fact]
    public async Task Down_OnNothing_IsFine()
    {
        LabFixture.SkipIfUnavailable();
        (await LabProgram.RunAsync("down", "--name", "never-was")).ShouldBe(new LabRun(0, "", "there was no lab 'never-was'\n"));
    }

    [Fact]
    public async Task TwoLabs_SideBySide_AreApartAndLeaveNothing()
    {
        LabFixture.SkipIfUnavailable();
        var links = await LinksAsync();
        await using (LabFixture one = new StandInLab(), other = new StandInLab())
        {
            await Task.WhenAll(one.InitializeAsync().AsTask(), other.InitializeAsync().AsTask());
            one.Ports[0].Id.ShouldNotBe(other.Ports[0].Id);
            (await other.RunAsync("break", "F1-network-node")).MustWork();
            (await Probes.PingsAsync(one, await Probes.RouterAsync(one), "192.168.101.13")).ShouldBeTrue();
            (await Probes.PingsAsync(other, await Probes.RouterAsync(other), "192.168.101.13", seconds: 1)).ShouldBeFalse();
            LabProgram.ProcessesOf(one.Name).ShouldNotBeEmpty();
            (await LinksAsync()).ShouldBe(links);

            await one.DisposeAsync();
            LabProgram.ProcessesOf(one.Name).ShouldBeEmpty();
            Directory.Exists("/run/steth-lab/" + one.Name).ShouldBeFalse();
            (await Probes.PingsAsync(other, await Probes.RouterAsync(other), "203.0.113.1")).ShouldBeTrue();
            await other.DisposeAsync();
            LabProgram.ProcessesOf(other.Name).ShouldBeEmpty();
            Directory.Exists("/run/steth-lab/" + other.Name).ShouldBeFalse();
        }
        (await LinksAsync()).ShouldBe(links);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(150)]
    [InlineData(300)]
    [InlineData(500)]
    [InlineData(800)]
    [InlineData(1200)]
    [InlineData(150, "--nodes", "20")]
    [InlineData(600, "--nodes", "20")]
    [InlineData(1500, "--nodes", "20")]
    public async Task Down_AfterUpWasKilled_LeavesNothing(int milliseconds, params string[] options)
    {
        LabFixture.SkipIfUnavailable();
        var name = $"killed-{Guid.NewGuid().ToString("N")[..8]}";
        using (var up = LabProgram.Start(["up", "--name", name, "--agent", LabProgram.StandInAgent, .. options]))
        {
            await Task.Delay(milliseconds, TestContext.Current.CancellationToken); // the moment is the point of the test
            up.Kill();
            await up.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        (await LabProgram.RunAsync("down", "--name", name)).MustWork();

        LabProgram.ProcessesOf(name).ShouldBeEmpty();
        Directory.Exists("/run/steth-lab/" + name).ShouldBeFalse();
    }

    [Fact]
    public async Task Up_Interrupted_TakesDownWhatItMade()
    {
        LabFixture.SkipIfUnavailable();
        var name = $"interrupted-{Guid.NewGuid().ToString("N")[..8]}";
        using var up = LabProgram.Start("up", "--name", name, "--agent", LabProgram.SilentAgent);
        while (!up.HasExited && LabProgram.ProcessesOf(name).Count < 3)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        (await LabProgram.RunToolAsync("kill", "-INT", $"{up.Id}")).MustWork();

        (await up.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldBe("steth-lab: interrupted\n");
        await up.WaitForExitAsync(TestContext.Current.CancellationToken);
        up.ExitCode.ShouldBe(1);
        LabProgram.ProcessesOf(name).ShouldBeEmpty();
        Directory.Exists("/run/steth-lab/" + name).ShouldBeFalse();
    }

    [Fact]
    public async Task Up_WithAnAgentThatFails_SaysWhyAndLeavesNothing()
    {
        LabFixture.SkipIfUnavailable();
        var name = $"bad-agent-{Guid.NewGuid().ToString("N")[..8]}";
        var run = await LabProgram.RunAsync("up", "--name", name, "--agent", "/bin/false");

        run.ExitCode.ShouldBe(1);
        run.Errors.ShouldMatch("^steth-lab: The agent on [a-z0-9]+ ended before it was ready; it said: nothing\n$");
        LabProgram.ProcessesOf(name).ShouldBeEmpty();
        Directory.Exists("/run/steth-lab/" + name).ShouldBeFalse();
    }

    [Fact]
    public async Task BareLabs_OfTwentyHosts_ComeAndGo()
    {
        LabFixture.SkipIfUnavailable();
        var name = $"bare-{Guid.NewGuid().ToString("N")[..8]}";
        try
        {
            (await LabProgram.RunAsync("up", "--nodes", "20", "--name", name, "--agent", LabProgram.StandInAgent)).MustWork();
            (await LabProgram.RunAsync("exec", "--name", name, "node-20", "--", "ping", "-c1", "-W5", "10.88.0.101")).MustWork();
        }
        finally
        {
            (await LabProgram.RunAsync("down", "--name", name)).MustWork();
        }
        LabProgram.ProcessesOf(name).ShouldBeEmpty();
        Directory.Exists("/run/steth-lab/" + name).ShouldBeFalse();
    }

    private static async Task<string> LinksAsync()
    {
        var text = (await LabProgram.RunToolAsync("ip", "-o", "link")).MustWork();
        // Other tests may make devices of their own at the same time; the lab's carry these names.
        return string.Join('\n', text.Split('\n').Where(line => line.Contains("qbr", StringComparison.Ordinal)
            || line.Contains("qvo", StringComparison.Ordinal) || line.Contains("p-comp", StringComparison.Ordinal)
            || line.Contains("ovs-netdev", StringComparison.Ordinal) || line.Contains("br-int", StringComparison.Ordinal)));
    }
}
