using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Steth.Cli.Rendering;
using Steth.Diagnosis.Evidence;
using Steth.Packets.Addresses;

namespace Steth.Cli.Commands;

/// <summary>What <c>diagnose</c> takes, and what of it goes together.</summary>
internal sealed class DiagnoseOptions
{
    private const int LongestName = 255;

    private static readonly string[] _symptoms = [.. Enum.GetValues<Symptom>().Select(EnumText.Of)];

    private readonly Argument<string?> _port = new("PORT")
    {
        Description = "The Neutron port: its id, name, MAC, fixed or floating IP",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<string[]> _symptom = new("--symptom")
    {
        Description = $"What does not work: {string.Join(", ", _symptoms)}; can be repeated; all that apply to the port without it",
        HelpName = "WORD",
    };
    private readonly Option<string?> _peer = new("--peer")
    {
        Description = "The other end that is not reached: a port, or an address",
        HelpName = "PORT|IP",
    };
    private readonly Option<IPAddress?> _outside = new("--outside")
    {
        Description = "What to reach outside; the external gateway without it",
        HelpName = "IP",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (StrictIPAddress.TryParse(text, out var ip) && ip.AddressFamily == AddressFamily.InterNetwork)
                return ip;
            result.AddError($"--outside: '{text}' is not an IPv4 address; expected one as in 192.0.2.1.");
            return null;
        },
    };
    private readonly Option<bool> _offline = new("--offline")
    {
        Description = "Ask no API: the nodes alone say where the port is and how it should be wired",
    };
    private readonly CloudOptions _cloud = new();
    private readonly Option<int> _wait = Options.Whole(
        "--wait", "How long an answer may take, in seconds; what gets lost on its way is given half of it", 3, 1, 60);
    private readonly Option<string> _format =
        Options.Choice("--format", "How to write the report", "table", ["table", "json", "yaml"], "-f");
    private readonly Option<string?> _save = File("--save", "Keep the evidence in FILE, to be read by --from; - is stdout");
    private readonly Option<string?> _from = File("--from", "Diagnose the evidence of FILE; no agent is asked");
    private readonly Option<string?> _pcap = File("--pcap", "Write every frame of the trace to FILE as pcapng");
    private readonly Option<bool> _noLive = new("--no-live") { Description = "Draw nothing while it runs" };

    /// <summary>Gives a command these options.</summary>
    public DiagnoseOptions(Command command)
    {
        command.Add(_port);
        foreach (var option in new Option[]
        {
            _symptom, _peer, _outside, _offline, _cloud.OsCloud, _wait, _format, _save, _from, _pcap, _noLive,
        })
            command.Add(option);
        _symptom.CompletionSources.Add(_symptoms);
        _symptom.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !_symptoms.Contains(token.Value.ToLowerInvariant())))
                result.AddError($"--symptom: '{token.Value}' is not one of {string.Join(", ", _symptoms)}.");
        });
    }

    /// <summary>What was asked, when it goes together.</summary>
    /// <exception cref="UsageException">It does not; says everything.</exception>
    public DiagnoseRun Read(CommandRun run)
    {
        var asked = new DiagnoseRun
        {
            Port = run.Parsed.GetValue(_port),
            Symptoms = [.. (run.Get(_symptom) ?? []).Select(s => Enum.GetValues<Symptom>().First(
                known => EnumText.Of(known).Equals(s, StringComparison.OrdinalIgnoreCase))).Distinct().Order()],
            Peer = run.Get(_peer),
            Outside = run.Get(_outside),
            Offline = run.Get(_offline),
            Cloud = run.Get(_cloud.OsCloud),
            WaitSeconds = run.Get(_wait),
            Format = Enum.Parse<OutputFormat>(run.Get(_format)!, ignoreCase: true),
            Save = run.Get(_save),
            From = run.Get(_from),
            Pcap = run.Get(_pcap),
            IsLive = !run.Get(_noLive),
        };
        string[] problems = [.. Problems(run, asked)];
        return problems.Length == 0 ? asked : throw new UsageException(problems);
    }

    private IEnumerable<string> Problems(CommandRun run, DiagnoseRun asked)
    {
        if (asked.From is not null)
        {
            foreach (var option in new Option[] { _peer, _outside, _offline, _cloud.OsCloud, _wait, _save, _pcap })
            {
                if (run.Parsed.GetResult(option) is { Implicit: false })
                    yield return $"{option.Name} and --from exclude each other: saved evidence is judged as it is.";
            }
            if (asked.Port is not null)
                yield return "PORT and --from exclude each other: the file says which port it is of.";
            if (asked.From == "-")
                yield return "--from -: name a file; evidence is not read from stdin.";
            yield break;
        }
        if (asked.Port is null)
            yield return "PORT is missing: name a port, or saved evidence with --from.";
        foreach (var (name, text) in new[] { ("PORT", asked.Port), ("--peer", asked.Peer) })
        {
            if (text is not null && (string.IsNullOrWhiteSpace(text) || text.Length > LongestName))
                yield return $"{name}: expected an id, a name, a MAC or an address of at most {LongestName} characters.";
        }
        if (asked.Symptoms.Contains(Symptom.NoPeer) && asked.Peer is null)
            yield return "--symptom no-peer needs --peer: which port or address is not reached?";
        if (asked.Offline && asked.Cloud is not null)
            yield return "--offline and --os-cloud exclude each other.";
        if (asked.Save == "-" && asked.Format != OutputFormat.Table)
            yield return "--save -: stdout takes the report already; name a file.";
        if (asked.Pcap == "-")
            yield return "--pcap -: name a file.";
    }

    private static Option<string?> File(string name, string description) => new(name) { Description = description, HelpName = "FILE" };
}

/// <summary>What was asked of one run.</summary>
internal sealed record DiagnoseRun
{
    public string? Port { get; init; }

    public required IReadOnlyList<Symptom> Symptoms { get; init; }

    public string? Peer { get; init; }

    public IPAddress? Outside { get; init; }

    public bool Offline { get; init; }

    public string? Cloud { get; init; }

    public int WaitSeconds { get; init; }

    public OutputFormat Format { get; init; }

    public string? Save { get; init; }

    public string? From { get; init; }

    public string? Pcap { get; init; }

    public bool IsLive { get; init; }
}
