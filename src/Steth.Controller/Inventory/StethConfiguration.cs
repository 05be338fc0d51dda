namespace Steth.Controller.Inventory;

/// <summary>
/// The controller's configuration: which nodes there are and how they are reached. Both generations of the file are read.
/// </summary>
public sealed record StethConfiguration
{
    /// <summary>Read when neither <c>--config</c> nor STETH_CONFIG names another.</summary>
    public const string DefaultPath = "/etc/steth/steth.conf";

    /// <summary>The file it came from.</summary>
    public required string SourceFile { get; init; }

    /// <summary>False when no file was named and there is none in the default place: nodes can then be named by address only.</summary>
    public required bool SourceExists { get; init; }

    /// <summary>The nodes, in the file's order.</summary>
    public required IReadOnlyList<Node> Nodes { get; init; }

    /// <summary>The networks the nodes are on, in the file's order.</summary>
    public required IReadOnlyList<NetworkType> NetworkTypes { get; init; }

    /// <summary>The [neutron_client] section; null when absent.</summary>
    public NeutronClientSettings? NeutronClient { get; init; }

    /// <summary>Folder of the operator's certificates; null: not said.</summary>
    public string? Tls { get; init; }

    /// <summary>Agents are asked by plain HTTP; null: not said.</summary>
    public bool? Insecure { get; init; }

    /// <summary>How long what an experiment made on a node stays when nobody renews it, 1–3600 s; null: not said.</summary>
    public int? LeaseSeconds { get; init; }

    /// <summary>The [checks] section.</summary>
    public CheckSettings Checks { get; init; } = new();

    /// <summary>Everything that is wrong, in the file's order; nothing should be done unless it is empty.</summary>
    public required IReadOnlyList<ConfigurationProblem> Problems { get; init; }

    /// <summary>Reads a configuration file.</summary>
    /// <param name="path">The file; null: <see cref="DefaultPath"/>, which may be absent.</param>
    public static StethConfiguration Load(string? path)
    {
        var file = path ?? DefaultPath;
        try
        {
            var text = File.ReadAllText(file);
            return text.Contains('\0', StringComparison.Ordinal)
                ? Empty(file, exists: true, [new ConfigurationProblem(file, null, null, "cannot be read: it is not text")])
                : Parse(text, file);
        }
        catch (Exception e) when (path is null && e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Empty(file, exists: false, []);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Empty(file, exists: false, [new ConfigurationProblem(file, null, null, "there is no such file")]);
        }
        catch (UnauthorizedAccessException)
        {
            // The runtime says so of a directory as well.
            var reason = Directory.Exists(file) ? "it is a directory" : "permission denied";
            return Empty(file, exists: true, [new ConfigurationProblem(file, null, null, $"cannot be read: {reason}")]);
        }
        catch (IOException e)
        {
            return Empty(file, exists: true, [new ConfigurationProblem(file, null, null, $"cannot be read: {e.Message}")]);
        }
    }

    /// <summary>Reads the text of a configuration file.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="file">Its name, for the problems.</param>
    public static StethConfiguration Parse(string text, string file) => new ConfigurationReader(file).Read(text);

    /// <summary>
    /// Finds a node by name, then by id, then by any of its addresses. An address that is in no configuration, with or without a
    /// port (<c>10.0.0.7</c>, <c>10.0.0.7:9698</c>, <c>[2001:db8::7]:9698</c>), is a node all the same.
    /// </summary>
    public NodeLookup FindNode(string nameOrIdOrAddress) => NodeFinder.Find(this, nameOrIdOrAddress);

    private static StethConfiguration Empty(string file, bool exists, IReadOnlyList<ConfigurationProblem> problems) =>
        new() { SourceFile = file, SourceExists = exists, Nodes = [], NetworkTypes = [], Problems = problems };
}
