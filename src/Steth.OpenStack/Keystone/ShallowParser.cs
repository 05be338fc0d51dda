using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Steth.OpenStack.Keystone;

/// <summary>
/// Refuses a document that is nested deeper than any clouds.yaml: the tree is built recursively and would exhaust the stack.
/// </summary>
internal sealed class ShallowParser(IParser inner) : IParser
{
    private const int MaxDepth = 32;

    private int _depth;

    /// <inheritdoc/>
    public ParsingEvent? Current => inner.Current;

    /// <inheritdoc/>
    public bool MoveNext()
    {
        if (!inner.MoveNext())
            return false;
        _depth += inner.Current?.NestingIncrease ?? 0;
        return _depth <= MaxDepth ? true : throw new YamlException(inner.Current!.Start, inner.Current.End, "nested too deeply");
    }
}
