using System.Diagnostics;

namespace Steth.Cli.Tests.Startup;

/// <summary>The program itself, as a shell starts it.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task Run_ReaderGoesAway_EndsQuietly() =>
        (await ShellAsync("\"$STETH\" help | head -n 1")).ShouldBe(("Description:\n", "", 0));

    [Fact]
    public async Task Run_DiskIsFull_SaysSo() =>
        (await ShellAsync("\"$STETH\" --version > /dev/full")).ShouldBe(("", "steth: cannot write to standard output: No space left on device\n", 74));

    [Fact]
    public async Task Run_NoSuchConfiguration_IsUsage() =>
        (await ShellAsync("STETH_CONFIG=/nonexistent \"$STETH\" agents")).ShouldBe(("", "steth: /nonexistent: there is no such file\n", 64));

    [Fact]
    public async Task Run_NoSuchNamespace_IsUsage() =>
        (await ShellAsync("STETH_NETNS=nonexistent \"$STETH\" --version"))
            .ShouldBe(("", "steth: STETH_NETNS: /run/netns/nonexistent cannot be opened: No such file or directory.\n", 64));

    [Fact]
    public async Task Run_NotANamespace_IsUsage() =>
        (await ShellAsync("STETH_NETNS=/etc/passwd \"$STETH\" --version")).Code.ShouldBe(64);

    [Fact]
    public async Task Run_InANamespace_SeesThatOne()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: enters a network namespace");

        // The shell has a loopback that refuses; in the namespace that is made for steth it is down, and nothing can be reached.
        var stays = await ShellAsync("unshare --net \"$STETH\" --insecure interfaces 127.0.0.1:1");
        var returns = await ShellAsync("STETH_NETNS=/proc/$$/ns/net unshare --net \"$STETH\" --insecure interfaces 127.0.0.1:1");

        stays.Code.ShouldBe(69);
        stays.Error.ShouldContain("cannot be reached");
        returns.Code.ShouldBe(69);
        returns.Error.ShouldContain("No agent listens on 127.0.0.1:1");
    }

    private static async Task<(string Out, string Error, int Code)> ShellAsync(string script)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        start.Environment["STETH"] = Path.Combine(AppContext.BaseDirectory, "steth");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (await output, await error, process.ExitCode);
    }
}
