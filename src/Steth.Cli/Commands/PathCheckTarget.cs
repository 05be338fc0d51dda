using System.Net;
using Steth.Controller.Collection;
using Steth.Controller.Intents;

namespace Steth.Cli.Commands;

/// <summary>What a path check is to follow.</summary>
/// <param name="Request">The port by its id, and the rest.</param>
/// <param name="Address">Its IPv4 address; null: nobody has told.</param>
/// <param name="Notes">What an operator should know of how it was found.</param>
/// <param name="Lost">Why there is nothing to follow; null: there is.</param>
internal sealed record PathCheckTarget(PathCheckRequest Request, IPAddress? Address, IReadOnlyList<string> Notes, PortResolution? Lost);
