using System.Globalization;
using System.Runtime.InteropServices;
using Steth.Cli.Commands;
using Steth.Cli.Rendering;
using Steth.Cli.Startup;
using Steth.Controller.Intents;
using Steth.Controller.Inventory;

var streams = OutputStreams.OfProcess();
if (NetworkNamespace.Enter(Environment.GetEnvironmentVariable(NetworkNamespace.Variable)) is { } refusal)
{
    streams.Error.Write($"steth: {DisplayText.Clean(refusal.Sentence)}\n");
    return refusal.ExitCode;
}

using var stop = new CancellationTokenSource();
// The first Ctrl-C lets a command give back what it holds; a second one, when the operator has had enough of waiting, ends the process.
// timeout(1) signals the process and its group, that is twice at once: both are the first.
var firstStop = 0L;
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

try
{
    var services = new CommandServices
    {
        Streams = streams,
        Time = TimeProvider.System,
        Variable = Environment.GetEnvironmentVariable,
        LoadConfiguration = StethConfiguration.Load,
        CreateClient = (access, warn) => access.Open(TimeProvider.System, warn),
        OpenCloud = (cloud, configuration) => CloudAccess.Open(cloud, configuration, TimeProvider.System),
    };
    return await CommandTree.RunAsync(args, services, stop.Token);
}
catch (IOException e)
{
    streams.Error.Write($"steth: {DisplayText.Clean(e.Message)}\n");
    return ProcessExitCode.InputOutput;
}
catch (Exception e)
{
    var id = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..8];
    streams.Error.Write($"steth: a fault of steth itself [{id}]: {DisplayText.Clean(e.Message)} Run it again with --debug to see where.\n");
    if (args.Contains("--debug"))
        streams.Error.Write($"[{id}] {e}\n");
    return ProcessExitCode.Fault;
}

void Stop(PosixSignalContext signal)
{
    if (firstStop == 0)
        firstStop = TimeProvider.System.GetTimestamp();
    signal.Cancel = TimeProvider.System.GetElapsedTime(firstStop) < TimeSpan.FromMilliseconds(500);
    stop.Cancel();
}
