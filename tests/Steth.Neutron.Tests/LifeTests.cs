using Steth.Neutron.Tests.Labs;

namespace Steth.Neutron.Tests;

/// <summary>Nothing is left of a lab that was killed on its way up, and its neighbour notices nothing.</summary>
[Collection(NeutronCollection.Name)]
public class LifeTests(NeutronLab lab)
{
    [Theory]
    [InlineData(300)]
    [InlineData(5000)]
    public async Task Down_AfterUpWasKilled_LeavesNothing(int milliseconds)
    {
        NeutronLab.SkipIfUnavailable();
        var token = TestContext.Current.CancellationToken;
        var state = lab.State + "-killed";
        var nothing = new Dictionary<string, string>();
        using (var up = LabProgram.Start(LabProgram.Lab, nothing, "--state", state, "up"))
        {
            await Task.Delay(milliseconds, token); // the moment is the point of the test
            up.Kill();
            await up.WaitForExitAsync(token);
        }
        if (milliseconds >= 5000) // earlier, a busy machine may have started nothing yet
            LabProgram.ProcessesOf(state).ShouldNotBeEmpty();

        (await LabProgram.RunAsync(LabProgram.Lab, nothing, TimeSpan.FromMinutes(1), "--state", state, "down")).MustWork();

        LabProgram.ProcessesOf(state).ShouldBeEmpty();
        Directory.Exists(Path.Combine(state, "hosts")).ShouldBeFalse();
        Directory.Delete(state, recursive: true);
        (await lab.ExecAsync("t1", "ping", "-c", "1", "-W", "2", lab.Vm("t2").Ip)).ExitCode.ShouldBe(0);
    }
}
