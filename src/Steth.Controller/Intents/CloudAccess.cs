using Steth.Controller.Inventory;
using Steth.OpenStack;
using Steth.OpenStack.Keystone;
using Steth.OpenStack.Neutron;

namespace Steth.Controller.Intents;

/// <summary>The way to Neutron: where credentials come from, and how long the API is waited for.</summary>
public static class CloudAccess
{
    // An operator waits: an API that is slower than this is as good as down, and the nodes are asked instead.
    private static readonly OpenStackSettings s_settings =
        new() { Deadline = TimeSpan.FromSeconds(10), ConnectTimeout = TimeSpan.FromSeconds(3), Attempts = 3 };

    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <param name="cloudName">The cloud of <c>--os-cloud</c>; null: none named.</param>
    /// <param name="configuration">steth.conf.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The client; to be disposed of.</returns>
    /// <exception cref="OpenStackException">
    /// <see cref="OpenStackFailure.NoCredentials"/>: there are none, or several clouds and none is named; another: what there is
    /// has a fault.
    /// </exception>
    public static NeutronClient Open(string? cloudName, StethConfiguration configuration, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration.NeutronClient is { } c
            ? new NeutronClientSection(
                configuration.SourceFile, c.Username, c.Password is null ? null : new Secret(c.Password), c.TenantName, c.AuthUrl)
            : null;
        return Open(CredentialSearch.OfThisProcess(cloudName, section), time);
    }

    /// <summary>The same, with the places where credentials are looked for.</summary>
    /// <exception cref="OpenStackException">
    /// <see cref="OpenStackFailure.NoCredentials"/>: there are none, or several clouds and none is named; another: what there is
    /// has a fault.
    /// </exception>
    public static NeutronClient Open(CredentialSearch search, TimeProvider time) =>
        new(new KeystoneClient(CredentialSource.Find(search), s_settings, time));
}
