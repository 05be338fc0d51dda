using Steth.Controller.Agents;
using Steth.Controller.Inventory;
using Steth.Diagnosis.Intent;
using Steth.OpenStack;
using Steth.OpenStack.Neutron;

namespace Steth.Controller.Intents;

/// <summary>
/// Says who a port is and what it should be: by Neutron's word, or by the nodes' own records where Neutron cannot or shall not be asked.
/// </summary>
/// <param name="calls">The agents.</param>
/// <param name="openNeutron">
/// Makes the client when it is first needed; null: no credentials are configured. May throw <see cref="OpenStackException"/>.
/// </param>
public sealed class PortResolver(AgentCalls calls, Func<INeutronClient?> openNeutron)
{
    /// <summary>With Neutron's answers at hand, nodes are not waited for longer than this to say their names.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>Looks a port up, and the one at the other end.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="port">Its id or at least 8 characters of it, its name, MAC, fixed or floating IP.</param>
    /// <param name="peer">The same of the other end, or any address; null: none.</param>
    /// <param name="offline">Neutron is not asked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What is missing is part of it; nothing is thrown for a silent agent or API.</returns>
    public async Task<PortResolution> ResolveAsync(
        IReadOnlyList<Node> nodes, string port, string? peer, bool offline, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        var words = (Port: PortWord.Read(port), Peer: peer is null ? null : PortWord.Read(peer));
        OpenStackException? failure = null;
        if (!offline)
        {
            try
            {
                if (openNeutron() is { } neutron)
                    return await ByNeutronAsync(neutron, nodes, words, cancellationToken);
            }
            catch (OpenStackException e)
            {
                failure = e;
            }
        }
        var why = offline ? null
            : failure is null || failure.Failure == OpenStackFailure.NoCredentials
                ? "No OpenStack credentials are configured: the nodes' own records were used."
            : $"{failure.Message} The nodes' own records were used instead.";
        return await ByNodesAsync(nodes, words, why, failure, cancellationToken);
    }

    private async Task<PortResolution> ByNeutronAsync(
        INeutronClient neutron, IReadOnlyList<Node> nodes, (PortWord Port, PortWord? Peer) words, CancellationToken cancellationToken)
    {
        var brief = new AgentCalls(calls.Client, calls.Timeout < s_patience ? calls.Timeout : s_patience, calls.Time);
        var names = NodeNames.AskAsync(brief, nodes, cancellationToken);
        var lookup = new NeutronPortLookup(neutron);
        var ports = await Task.WhenAll(
            lookup.FindAsync(words.Port, cancellationToken),
            words.Peer is null ? Task.FromResult(new NeutronPortFound(null, null)) : lookup.FindAsync(words.Peer, cancellationToken));
        var (found, other) = (ports[0], ports[1]);
        var elsewhere = words.Peer?.Address is { } address && other is { Port: null, Problem: null } ? address : null;
        var lost = found.Port is null ? words.Port : other.Port is null && elsewhere is null ? words.Peer : null;
        if (lost is not null)
        {
            var problem = ReferenceEquals(lost, words.Port) ? found.Problem : other.Problem;
            return new PortResolution { Problem = problem ?? await UnknownAsync(nodes, lost, cancellationToken) };
        }
        var answers = new PartialAnswers();
        var intents = new NeutronIntents(neutron, await names, answers);
        var records = await RecordsIfNeededAsync(nodes, [found.Port, other.Port], cancellationToken);
        var both = await Task.WhenAll(
            intents.OfAsync(found.Port!, cancellationToken),
            other.Port is null ? Task.FromResult<PortIntent>(null!) : intents.OfAsync(other.Port, cancellationToken));
        var foreign = both.Where(i => i is not null).Select(i => i.BindingHost)
            .Where(h => h is { Length: > 0 } && nodes.All(n => n.Name != h)).Distinct();
        return new PortResolution
        {
            Port = Completed(both[0], records, answers),
            Peer = both[1] is null ? null : Completed(both[1], records, answers),
            PeerAddress = elsewhere,
            Notes =
            [
                .. foreign.Select(h => $"Neutron has the port on {h}, which is no node of steth.conf: nothing can be seen there."),
                .. answers.Notes,
                .. new[] { (await names).Strangers() }.OfType<string>(),
            ],
        };
    }

    // Who is no administrator is not told where ports are bound and how networks are carried; the nodes know.
    private async Task<NodeRecords?> RecordsIfNeededAsync(
        IReadOnlyList<Node> nodes, IEnumerable<NeutronPort?> ports, CancellationToken cancellationToken) =>
        ports.Any(p => p is { HostId: null }) ? await NodeRecords.AskAsync(calls, nodes, cancellationToken) : null;

    private static PortIntent Completed(PortIntent intent, NodeRecords? records, PartialAnswers answers)
    {
        if (intent.BindingHost is not null || records?.PlacesOf(intent.PortId) is not [var place, ..])
            return intent;
        answers.Note($"Neutron does not tell these credentials where the port is bound; by its records it is on {place.Host}.");
        return intent with
        {
            BindingHost = place.Host,
            Network = intent.Network with
            {
                Type = intent.Network.Type ?? place.NetworkType,
                PhysicalNetwork = intent.Network.PhysicalNetwork ?? place.PhysicalNetwork,
                SegmentationId = intent.Network.SegmentationId ?? place.SegmentationId,
            },
        };
    }

    private async Task<string> UnknownAsync(IReadOnlyList<Node> nodes, PortWord word, CancellationToken cancellationToken)
    {
        var what = word switch
        {
            { IdPrefix: not null } => $"the port {word.Text}",
            { Mac: not null } => $"a port with the MAC {word.Text}",
            { Address: not null } => $"a port with the address {word.Text}",
            _ => $"a port called '{word.Text}'",
        };
        var records = word.IdPrefix is null && word.Mac is null ? null : await NodeRecords.AskAsync(calls, nodes, cancellationToken);
        var known = records is null ? null : await new NodePortLookup(records).FindAsync(word, cancellationToken);
        return known?.Port is { } id
            ? $"Neutron does not know {what}, but "
                + $"{string.Join(" and ", records!.PlacesOf(id).Select(p => $"{p.Host} has {p.Device} for it"))}: "
                + "was it deleted, or is it another cloud's? With --offline the nodes' records alone are used."
            : $"Neutron does not know {what}.";
    }

    private async Task<PortResolution> ByNodesAsync(
        IReadOnlyList<Node> nodes,
        (PortWord Port, PortWord? Peer) words,
        string? why,
        OpenStackException? failure,
        CancellationToken cancellationToken)
    {
        var asked = NodeNames.AskAsync(calls, nodes, cancellationToken);
        var records = await NodeRecords.AskAsync(calls, nodes, cancellationToken);
        var lookup = new NodePortLookup(records);
        var port = await lookup.FindAsync(words.Port, cancellationToken);
        var peer = words.Peer is null ? null : await lookup.FindAsync(words.Peer, cancellationToken);
        var names = await asked;
        var notes = new[] { why, records.Silence(), names.Strangers() }.OfType<string>().ToList();
        var outside = peer is { Port: null } ? words.Peer?.Address : null;
        if ((port.Problem ?? (outside is null ? peer?.Problem : null)) is { } problem)
        {
            // A refusal is what the operator can mend; that the nodes do not know the port comes second.
            var isRefusal = failure is { IsServiceDown: false } and not { Failure: OpenStackFailure.NoCredentials };
            return new PortResolution
            {
                Problem = isRefusal ? $"{failure!.Message} {problem}" : problem,
                Notes = isRefusal ? notes[1..] : notes,
                MayBeOnSilent = !isRefusal && (port.Problem is not null ? port : peer!).MayBeOnSilent,
                Unavailable = records.AllSilent,
            };
        }
        var intents = new NodeIntents(records);
        return new PortResolution
        {
            Port = await intents.OfAsync(port.Port!.Value, cancellationToken),
            Peer = peer?.Port is { } other ? await intents.OfAsync(other, cancellationToken) : null,
            PeerAddress = outside,
            Notes = notes,
        };
    }
}
