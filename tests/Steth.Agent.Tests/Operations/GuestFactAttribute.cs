using System.Runtime.CompilerServices;
using Xunit.Sdk;
using Xunit.v3;

namespace Steth.Agent.Tests.Operations;

/// <summary>A test that exists only inside the guest that tests/guest/run-in-guest.sh boots; elsewhere it is not there, rather than skipped.</summary>
[XunitTestCaseDiscoverer(typeof(GuestFactDiscoverer))]
[AttributeUsage(AttributeTargets.Method)]
public sealed class GuestFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : FactAttribute(sourceFilePath, sourceLineNumber)
{
    /// <summary>Environment variable that is set in the guest.</summary>
    public const string InGuest = "STETH_TESTS_IN_GUEST";
}

/// <summary>Finds <see cref="GuestFactAttribute"/> tests where they can run.</summary>
public sealed class GuestFactDiscoverer : FactDiscoverer
{
    public override ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute) =>
        Environment.GetEnvironmentVariable(GuestFactAttribute.InGuest) is null
            ? new([])
            : base.Discover(discoveryOptions, testMethod, factAttribute);
}
