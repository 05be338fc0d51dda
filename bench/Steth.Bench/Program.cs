using System.Globalization;
using Steth.Bench;

// Prints figures, each beside its peer's, measured in turn in one run, or beside its aim. Medians of five.
//   steth-bench wire AGENT PELIX_SERVER   requests and pings
//   steth-bench node AGENT                the evidence of a large network node; inside fresh namespaces, as bench.sh makes them
//   steth-bench verdict FOLDER LAB        how long a diagnosis takes in a lab of that name; FOLDER has steth, steth-agent and steth-lab
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["wire", var agent, var pelix]:
        await WireFigures.RunAsync(agent, pelix);
        return 0;
    case ["node", var agent]:
        await NodeFigures.RunAsync(agent);
        return 0;
    case ["verdict", var folder, var lab]:
        VerdictFigures.Run(folder, lab);
        return 0;
    default:
        Console.Error.WriteLine("steth-bench wire AGENT PELIX_SERVER | node AGENT | verdict FOLDER LAB");
        return 64;
}
