using System.Globalization;
using Steth.Bench;

// Prints figures, each beside its peer's, measured in turn in one run, or beside its aim. Medians of five.
//   steth-bench wire AGENT PELIX_SERVER   requests and pings
//   steth-bench node AGENT                the evidence of a large network node; inside fresh namespaces, as bench.sh makes them
//   steth-bench verdict FOLDER LAB        how long a diagnosis takes in a lab of that name; FOLDER has steth, steth-agent and steth-lab
//   steth-bench lab FOLDER LAB             bare hosts: coming up, going, memory; FOLDER as above
//   steth-bench mesh FOLDER LAB            loss, latency and MTU of all pairs of bare hosts; FOLDER as above
//   steth-bench vlan FOLDER LAB SCAPY      which VLANs cross between bare hosts of a lab; SCAPY is scapy_vlans.py
//   steth-bench flood DEVICE VLANS         a frame a VLAN as fast as the kernel takes them
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
    case ["lab", var folder, var lab]:
        LabFigures.Run(folder, lab);
        return 0;
    case ["mesh", var folder, var lab]:
        MeshFigures.Run(folder, lab);
        return 0;
    case ["vlan", var folder, var lab, var scapy]:
        VlanFigures.Run(folder, lab, scapy);
        return 0;
    case ["flood", var device, var vlans]:
        FrameFlood.Run(device, int.Parse(vlans, CultureInfo.InvariantCulture));
        return 0;
    default:
        Console.Error.WriteLine("steth-bench wire AGENT PELIX_SERVER | node AGENT | verdict FOLDER LAB | lab FOLDER LAB | mesh FOLDER LAB | "
            + "vlan FOLDER LAB SCAPY | flood DEVICE VLANS");
        return 64;
}
