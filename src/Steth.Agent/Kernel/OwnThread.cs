namespace Steth.Agent.Kernel;

/// <summary>Runs what waits in the kernel on a thread of its own, so that it keeps no pool thread from other calls.</summary>
internal static class OwnThread
{
    /// <summary>Runs it.</summary>
    public static Task<T> RunAsync<T>(Func<T> body) =>
        Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
