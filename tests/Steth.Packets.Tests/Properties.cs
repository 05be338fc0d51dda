using FsCheck;

namespace Steth.Packets.Tests;

/// <summary>Runs properties without a line on success: standard output carries the tests' own summary.</summary>
internal static class Properties
{
    public static void ShouldHold(this Property property, int times = 200) =>
        property.Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(times));
}
