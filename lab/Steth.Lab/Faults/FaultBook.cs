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
        if (!FaultCatalogue.On(state.Datapath).Contains(fault))
            throw new LabException($"{name} needs a lab whose packets the kernel forwards: bring one up with `steth-lab up --datapath system`.");
        RefuseTwice(state, name);
        var port = Choose(fault, portName);
        var site = fault.Site(plan, port);
        var steps = await fault.PlanAsync(new FaultScene(plan, site, port, host => Host(state, host)), ct);
        await MakeAsync(state, new MadeFault { Name = name, PortId = port.Id, Undo = steps.Undo }, steps, ct);
        return site;
    }

    /// <summary>Makes a fault of the fabric.</summary>
    /// <param name="fault">Which.</param>
    /// <param name="hostName">The host whose cabling breaks; null: the last that fits.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <returns>Where it was made.</returns>
    /// <exception cref="LabException">There is no such host, they do not fit, or it is made already.</exception>
    public async Task<FaultSite> BreakFabricAsync(FabricFault fault, string? hostName, CancellationToken ct)
    {
        var state = directory.ReadUp();
        RefuseTwice(state, fault.Name);
        if (!fault.Fits(plan).Any())
            throw new LabException($"{fault.Name} does not fit lab '{plan.Name}': it needs {(plan.IsBare ? "a cloud" : "bare hosts")}.");
        var host = hostName ?? fault.DefaultHost(plan);
        if (!fault.Fits(plan).Contains(plan.Host(host).Name))
            throw new LabException($"{fault.Name} does not fit {host}: it fits {string.Join(", ", fault.Fits(plan))}.");
        var site = fault.Site(plan, host);
        var steps = await fault.PlanAsync(new FabricScene(plan, host, site, name => Host(state, name)), ct);
        await MakeAsync(state, new MadeFault { Name = fault.Name, HostName = host, Undo = steps.Undo }, steps, ct);
        return site;
    }

    /// <summary>Undoes one fault, or all, the last one first.</summary>
    /// <returns>The names of those undone.</returns>
    /// <exception cref="LabException">There is no such fault, or it is not made.</exception>
    public async Task<IReadOnlyList<string>> HealAsync(string? name, CancellationToken ct)
    {
        var state = directory.ReadUp();
        if (name is not null && FabricFaults.Find(name) is null)
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
    /// <exception cref="LabException">It fits none.</exception>
    public static PortPlan Default(LabPlan plan, Fault fault) => plan.VmPorts.FirstOrDefault(fault.Fits)
        ?? throw new LabException($"{fault.Name} breaks a VM's network, and lab '{plan.Name}' has bare hosts only.");

    /// <summary>A VM port by id or name.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static PortPlan VmPort(LabPlan plan, string port) => plan.VmPorts.FirstOrDefault(vm => vm.Id == port || vm.Name == port)
        ?? throw new LabException(plan.IsBare
            ? $"Lab '{plan.Name}' has no VM port '{port}': it has bare hosts only."
            : $"The lab has no VM port '{port}': it has {string.Join(", ", plan.VmPorts.Select(vm => $"{vm.Name} ({vm.Id})"))}.");

    private void RefuseTwice(LabState state, string name)
    {
        if (state.Faults.Any(made => made.Name == name))
            throw new LabException($"{name} is made already: undo it with `steth-lab heal {name} --name {plan.Name}` first.");
    }

    private Task MakeAsync(LabState state, MadeFault fault, FaultSteps steps, CancellationToken ct)
    {
        // Written before it is made: should this process be ended in between, `heal` still knows the way back.
        directory.Write(state with { Faults = [.. state.Faults, fault] });
        return RunAsync(state, steps.Make, ct);
    }

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
