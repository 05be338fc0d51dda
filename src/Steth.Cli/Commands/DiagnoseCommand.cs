using System.CommandLine;
using System.Text.Json;
using Steth.Cli.Rendering;
using Steth.Controller.Diagnosing;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Evidence;
using Steth.Diagnosis.Verdicts;

namespace Steth.Cli.Commands;

/// <summary><c>diagnose PORT</c>: why has this VM no network?</summary>
public static class DiagnoseCommand
{
    private const int PipeWidth = 100;

    /// <summary>Makes the command.</summary>
    public static Command Create(CommandHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var command = new Command("diagnose", "Find out why a VM's port has no network: where its packets end, and what to do");
        var options = new DiagnoseOptions(command);
        host.Handle(command, async (run, cancellationToken) =>
        {
            var asked = options.Read(run);
            return asked.From is { } path
                ? await DiagnoseSavedAsync(run, asked, path, cancellationToken)
                : await DiagnoseAsync(run, asked, cancellationToken);
        });
        return command;
    }

    private static async Task<int> DiagnoseSavedAsync(CommandRun run, DiagnoseRun asked, string path, CancellationToken cancellationToken)
    {
        var evidence = await DiagnosisFiles.ReadEvidenceAsync(path, cancellationToken);
        if (asked.Symptoms.Count > 0)
        {
            Symptom[] kept = [.. evidence.Symptoms.Intersect(asked.Symptoms)];
            if (kept.Length == 0)
                throw new UsageException($"--symptom: {path} tells of {string.Join(", ", evidence.Symptoms.Select(EnumText.Of))} only.");
            evidence = evidence with { Symptoms = kept };
        }
        DiagnosisReport report;
        try
        {
            report = DiagnosisEngine.Diagnose(evidence);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Of evidence of our own this is a fault; a file may hold anything.
            throw DiagnosisFiles.Contradiction(path, e);
        }
        Write(run, asked, report, run.Streams.Out);
        return Code(report);
    }

    private static async Task<int> DiagnoseAsync(CommandRun run, DiagnoseRun asked, CancellationToken cancellationToken)
    {
        var nodes = run.AllNodes();
        using var saved = OutputFile.Open("--save", asked.Save == "-" ? null : asked.Save, replaces: false);
        using var frames = OutputFile.Open("--pcap", asked.Pcap, replaces: true);
        var start = run.Time.GetTimestamp();
        var search = await run.FindPort(
            run, new PortQuery(nodes, asked.Port!, asked.Peer, asked.Offline, asked.Cloud), cancellationToken);
        if (search.Port is not { } port)
        {
            run.Progress.Dispose();
            foreach (var note in search.Notes)
                run.Diagnostics.Note(note);
            run.Diagnostics.Error(search.Problem ?? $"PORT: nobody knows '{asked.Port}'.");
            return search.Unavailable ? ExitCode.Unavailable : search.MayBeOnSilent ? ExitCode.Undecided : ExitCode.Usage;
        }
        var request = new DiagnosisRequest
        {
            Port = port,
            Peer = search.Peer,
            Symptoms = asked.Symptoms.Count == 0 ? null : asked.Symptoms,
            WaitSeconds = asked.WaitSeconds,
            LookUpTook = run.Time.GetElapsedTime(start),
            Outside = asked.Outside ?? search.PeerAddress,
            Notes = search.Notes,
        };
        var collection = await run.Collect(nodes, request, asked.IsLive ? new DiagnosisView(run.Progress) : null, cancellationToken);
        run.Progress.Dispose();
        // The evidence is kept before it is judged: should that fail, it is what is needed.
        if (saved is not null)
        {
            saved.Write(stream => JsonSerializer.Serialize(stream, collection.Evidence, EvidenceJson.Default.DiagnosisEvidence));
            run.Diagnostics.Note($"evidence is in {asked.Save}");
        }
        if (frames is not null)
        {
            frames.Write(stream => DiagnosisPcap.Write(collection, stream));
            run.Diagnostics.Note($"{collection.Frames.Count} frames are in {asked.Pcap}");
        }
        if (asked.Save == "-")
            run.Streams.Out.Write($"{JsonSerializer.Serialize(collection.Evidence, EvidenceJson.Default.DiagnosisEvidence)}\n");
        var report = DiagnosisEngine.Diagnose(collection.Evidence);
        Write(run, asked, report, asked.Save == "-" ? run.Streams.Error : run.Streams.Out);
        return IsUnavailable(nodes, report) ? ExitCode.Unavailable : Code(report);
    }

    private static void Write(CommandRun run, DiagnoseRun asked, DiagnosisReport report, TextWriter output)
    {
        var streams = run.Streams;
        if (asked.Format == OutputFormat.Table)
        {
            var isTerminal = streams.OutIsTerminal && output == streams.Out;
            DiagnosisText.Write(report, output, isTerminal ? streams.Width : PipeWidth, new Painter(isTerminal && streams.UseColour));
            return;
        }
        if (asked.Format == OutputFormat.Json)
            DiagnosisDocument.WriteJson(report, output);
        else
            DiagnosisDocument.WriteYaml(report, output);
        run.Diagnostics.Note(DiagnosisVerdictText.Sentence(report));
    }

    // What Neutron itself says of a fault stands without an agent.
    private static bool IsUnavailable(IReadOnlyList<Node> nodes, DiagnosisReport report) =>
        report.Unreachable.Count >= nodes.Count && report.Verdict.Status != DiagnosisStatus.Fault;

    private static int Code(DiagnosisReport report) => report.Verdict.Status switch
    {
        DiagnosisStatus.Healthy => ExitCode.Fine,
        DiagnosisStatus.Fault => ExitCode.Failed,
        _ => ExitCode.Undecided,
    };

    /// <summary>A file that is made before the work and is not left behind empty.</summary>
    private sealed class OutputFile(FileStream stream, bool isNew) : IDisposable
    {
        private bool _written;

        public static OutputFile? Open(string option, string? path, bool replaces)
        {
            if (path is null)
                return null;
            var isNew = !File.Exists(path);
            return new OutputFile(DiagnosisFiles.Create(option, path, replaces), isNew);
        }

        public void Write(Action<Stream> write)
        {
            if (stream.CanSeek)
                stream.SetLength(0);
            write(stream);
            stream.Flush();
            _written = true;
        }

        public void Dispose()
        {
            stream.Dispose();
            if (!_written && isNew)
                File.Delete(stream.Name);
        }
    }
}
