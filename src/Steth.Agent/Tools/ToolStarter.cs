using System.Collections.Concurrent;
using System.Diagnostics;

namespace Steth.Agent.Tools;

/// <summary>
/// Starts every program on one thread that lives as long as the agent. The kernel sends the parent-death signal
/// (PR_SET_PDEATHSIG, prctl(2)) when the <em>thread</em> that forked ends, and a thread of the pool may end while its child runs on.
/// </summary>
internal static class ToolStarter
{
    private static readonly BlockingCollection<Order> Orders = StartThread();

    /// <summary>Starts a program.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The kernel refused.</exception>
    public static Task<Process> StartAsync(ProcessStartInfo start)
    {
        var order = new Order(start);
        Orders.Add(order);
        return order.Started.Task;
    }

    private static BlockingCollection<Order> StartThread()
    {
        var orders = new BlockingCollection<Order>();
        new Thread(() => Serve(orders)) { IsBackground = true, Name = "tool starter" }.Start();
        return orders;
    }

    private static void Serve(BlockingCollection<Order> orders)
    {
        foreach (var order in orders.GetConsumingEnumerable())
        {
            try
            {
#pragma warning disable RS0030 // The one place that starts programs.
                order.Started.SetResult(Process.Start(order.Start)!);
#pragma warning restore RS0030
            }
            catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException or IOException)
            {
                order.Started.SetException(e);
            }
        }
    }

    private sealed record Order(ProcessStartInfo Start)
    {
        public TaskCompletionSource<Process> Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
