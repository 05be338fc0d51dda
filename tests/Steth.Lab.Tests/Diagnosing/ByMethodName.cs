using Xunit.Sdk;
using Xunit.v3;

namespace Steth.Lab.Tests.Diagnosing;

/// <summary>A class's tests in the order of their methods' names, and of one method in the order of its data.</summary>
public sealed class ByMethodName : ITestCaseOrderer
{
    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCase> OrderTestCases<TTestCase>(IReadOnlyCollection<TTestCase> testCases)
        where TTestCase : ITestCase =>
        [.. testCases.OrderBy(test => test.TestMethod?.MethodName, StringComparer.Ordinal)];
}
