using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Steth.OpenStack.Keystone;

/// <summary>One file of the clouds.yaml family.</summary>
internal sealed class CloudsFile
{
    private const int MaxBytes = 1 << 20;

    // An alias may lead back to itself.
    private const int MaxMerges = 8;

    private readonly YamlMappingNode? _root;

    private CloudsFile(string path, YamlMappingNode? root)
    {
        Path = path;
        _root = root;
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Reads a file.</summary>
    public static CloudsFile Load(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
                throw new OpenStackException(OpenStackFailure.Configuration, $"{path} is larger than 1 MiB: that is no clouds.yaml.");
            return Parse(path, File.ReadAllText(path));
        }
        catch (UnauthorizedAccessException)
        {
            throw new OpenStackException(OpenStackFailure.Configuration, $"{path} may not be read by this user.");
        }
        catch (IOException e)
        {
            throw new OpenStackException(OpenStackFailure.Configuration, $"{path} could not be read: {e.Message}", e);
        }
    }

    /// <summary>The names below a top-level key.</summary>
    public IReadOnlyList<string> Names(string section) =>
        Child(_root, section) is YamlMappingNode clouds
            ? [.. clouds.Children.Keys.OfType<YamlScalarNode>().Select(k => k.Value ?? "").Order(StringComparer.Ordinal)]
            : [];

    /// <summary>
    /// The scalars of a cloud, those below <c>auth</c> among and over them; of a list, its first; null when there is no such cloud.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Cloud(string section, string name)
    {
        var node = Child(Child(_root, section) as YamlMappingNode, name);
        if (node is null)
            return null;
        if (node is not YamlMappingNode cloud)
            throw NotAMapping(section, name);
        var values = new Dictionary<string, string>();
        Flatten(cloud, values);
        if (Merged(cloud, "auth") is { } auth)
            Flatten(auth as YamlMappingNode ?? throw NotAMapping(section, name + ".auth"), values);
        return values;
    }

    private static CloudsFile Parse(string path, string text)
    {
        var stream = new YamlStream();
        try
        {
            using var reader = new StringReader(text);
            stream.Load(new ShallowParser(new Parser(reader)));
        }
        catch (Exception e) when (e is YamlException or InvalidOperationException or ArgumentException)
        {
            // The parser's own words may quote the file (an anchor's name, a tag), and a password may stand there. On some rubbish it
            // does not raise its own exception.
            var line = e is YamlException { Start: { Index: > 0, Line: var at } }
                ? FormattableString.Invariant($", see near line {at}")
                : "";
            throw new OpenStackException(
                OpenStackFailure.Configuration,
                $"{path} is not valid YAML{line} (a value with special characters must be quoted).");
        }
        return stream.Documents switch
        {
            [] => new CloudsFile(path, null),
            [{ RootNode: YamlMappingNode root }, ..] => new CloudsFile(path, root),
            [{ RootNode: YamlScalarNode { Value: null or "" } }, ..] => new CloudsFile(path, null),
            _ => throw new OpenStackException(
                OpenStackFailure.Configuration, $"{path} is no clouds.yaml: it does not start with 'clouds:'."),
        };
    }

    // "<<: *defaults" and "<<: [*a, *b]": what the mapping itself says wins, then the first of the list.
    private static void Flatten(YamlMappingNode mapping, Dictionary<string, string> values, int depth = 0)
    {
        if (depth < MaxMerges && Child(mapping, "<<") is { } merged)
        {
            foreach (var other in (merged is YamlSequenceNode several ? several.Children.Reverse() : [merged]).OfType<YamlMappingNode>())
                Flatten(other, values, depth + 1);
        }
        foreach (var (key, value) in mapping.Children)
        {
            if (key is YamlScalarNode { Value: { } name } && Scalar(value) is { } text)
                values[name] = text;
        }
    }

    private static string? Scalar(YamlNode node) => node switch
    {
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "null" or "Null" or "NULL" or "~" } => null,
        YamlScalarNode scalar => scalar.Value,
        YamlSequenceNode { Children: [YamlScalarNode first, ..] } => first.Value,
        YamlSequenceNode { Children: [YamlMappingNode region, ..] } => Child(region, "name") is YamlScalarNode name ? name.Value : null,
        _ => null,
    };

    private static YamlNode? Merged(YamlMappingNode mapping, string name) =>
        Child(mapping, name) ?? (Child(mapping, "<<") is YamlMappingNode other ? Child(other, name) : null);

    private static YamlNode? Child(YamlMappingNode? mapping, string name) =>
        mapping?.Children.FirstOrDefault(c => c.Key is YamlScalarNode key && key.Value == name).Value;

    private OpenStackException NotAMapping(string section, string name) =>
        new(OpenStackFailure.Configuration, $"{section}.{name} in {Path} is not a mapping of keys to values.");
}
