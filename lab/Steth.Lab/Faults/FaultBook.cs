using Steth.Lab.Hosts;
using Steth.Lab.Plan;
using Steth.Lab.Processes;
using Steth.Lab.State;

namespace Steth.Lab.Faults;

/// <summary>Makes faults in a running lab and undoes them. The caller holds the lab's lock.</summary>
internal sealed class FaultBook(LabPlan plan, LabDirectory directory, Launcher launcher)
{
    /// <summary>Makes a fault.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="portName">Id or name of a VM port; null: the first that fits.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>Where it was made.</returns>
    /// <exception cref="LabException">There is no such fault or port, they do not fit, or it is made already.</exception>
    public async Task<FaultSite> BreakAsync(string name, string? portName, CancellationToken ct)
    {
        var state = directory.ReadUp();
        var fault = FaultCatalogue.Find(name);
        if (state.Faults.Any(made => made.Name == name))
            throw new LabException($"{name} is made already: undo it with `steth-lab heal {name} --name {plan.Name}` first.");
        var port = Choose(fault, portName);
        var site = fault.Site(plan, port);
        var steps = await fault.PlanAsync(new FaultScene(plan, site, port, host => Host(state, host)), ct);
        // Written before it is made: should this process be ended in between, `heal` still knows the way back.
        directory.Write(state with { Faults = [.. state.Faults, new MadeFault { Name = name, PortId = port.Id, Undo = steps.Undo }] });
        await RunAsync(state, steps.Make, ct);
        return site;
    }

    /// <summary>Undoes one fault, or all, the last one first.</summary>
    /// <returns>The names of those undone.</returns>
    /// <exception cref="LabException">There is no such fault, or it is not made.</exception>
    public async Task<IReadOnlyList<string>> HealAsync(string? name, CancellationToken ct)
    {
        var state = directory.ReadUp();
        if (name is not null)
            _ = FaultCatalogue.Find(name);
        if (name is not null && state.Faults.All(made => made.Name != name))
            throw new LabException($"{name} is not made: nothing to heal.");
        var healed = new List<string>();
        foreach (var made in state.Faults.Where(made => name is null || made.Name == name).Reverse())
        {
            await RunAsync(state, made.Undo, ct);
            state = state with { Faults = [.. state.Faults.Where(other => other != made)] };
            directory.Write(state);
            healed.Add(made.Name);
        }
        return healed;
    }

    /// <summary>The port a fault is made for when none is named.</summary>
    public static PortPlan Default(LabPlan plan, Fault fault) => plan.VmPorts.First(fault.Fits);

    /// <summary>A VM port by id or name.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static PortPlan VmPort(LabPlan plan, string port) => plan.VmPorts.FirstOrDefault(vm => vm.Id == port || vm.Name == port)
        ?? throw new LabException(
            $"The lab has no VM port '{port}': it has {string.Join(", ", plan.VmPorts.Select(vm => $"{vm.Name} ({vm.Id})"))}.");

    private PortPlan Choose(Fault fault, string? portName)
    {
        if (portName is null)
            return Default(plan, fault);
        var port = VmPort(plan, portName);
        return fault.Fits(port)
            ? port
            : throw new LabException(
                $"{fault.Name} does not fit {port.Name}: it fits {string.Join(", ", plan.VmPorts.Where(fault.Fits).Select(vm => vm.Name))}.");
    }

    private async Task RunAsync(LabState state, IReadOnlyList<HostCommand> commands, CancellationToken ct)
    {
        foreach (var command in commands)
        {
            var host = Host(state, command.Host);
            if (command.Log is { } log)
                host.StartDaemon(command.Command, Path.Combine(directory.LogsOf(command.Host), log));
            else
                await host.RunAsync(command.Command, command.Input, ct);
        }
    }

    private LabHost Host(LabState state, string name) => new(plan.Host(name), state.HostProcesses[name], launcher);
}
