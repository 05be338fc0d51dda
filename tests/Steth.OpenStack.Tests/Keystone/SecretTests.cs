using Steth.OpenStack.Keystone;
using Steth.OpenStack.Tests.Transport;

namespace Steth.OpenStack.Tests.Keystone;

public class SecretTests
{
    private static readonly KeystoneName s_user = new(null, "demo", KeystoneDomain.Default);

    [Fact]
    public void ToString_OfRecordsWithSecrets_ShowsNone()
    {
        var secret = new Secret("hunter2");
        object[] records =
        [
            secret,
            new PasswordCredentials(s_user, secret, s_user),
            new TokenCredentials(secret, null),
            new ApplicationCredentials("id", null, null, secret),
            new NeutronClientSection("steth.conf", "demo", secret, "demo", "http://a"),
            Clouds.With("http://a", new PasswordCredentials(s_user, secret, s_user)),
            new KeystoneToken { Value = secret },
        ];
        foreach (var record in records)
            record.ToString()!.ShouldNotContain("hunter2");
        secret.ToString().ShouldBe("***");
        secret.Reveal().ShouldBe("hunter2");
    }

    [Fact]
    public void Equals_SameText_Holds()
    {
        new Secret("a").ShouldBe(new Secret("a"));
        new Secret("a").ShouldNotBe(new Secret("b"));
        new TokenCredentials(new Secret("a"), null).ShouldBe(new TokenCredentials(new Secret("a"), null));
    }
}
