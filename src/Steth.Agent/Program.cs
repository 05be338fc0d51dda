using Steth.Agent.Host;

#pragma warning disable RS0030 // Console: the one place where the agent is given its output.
return await AgentProgram.RunAsync(args, Console.Out, Console.Error);
#pragma warning restore RS0030
