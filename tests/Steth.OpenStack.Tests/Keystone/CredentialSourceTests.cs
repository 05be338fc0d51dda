using Steth.OpenStack.Keystone;

namespace Steth.OpenStack.Tests.Keystone;

public sealed class CredentialSourceTests : IDisposable
{
    private const string Yaml = """
        clouds:
          prod:
            region_name: RegionOne
            auth: {auth_url: "http://prod:5000", username: u, password: yaml-secret, project_name: p}
        """;

    private static readonly (string, string)[] s_environment =
    [
        ("OS_AUTH_URL", "http://env:5000/v3"), ("OS_USERNAME", "admin"), ("OS_PASSWORD", "env-secret"), ("OS_PROJECT_NAME", "admin"),
    ];

    private static readonly NeutronClientSection s_section = new("/etc/steth/steth.conf", "neutron", new Secret("conf-secret"), "service", "http://conf:5000/v2.0");

    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Find_EverythingThere_TakesTheNamedCloud()
    {
        _folder.File("clouds.yaml", Yaml);
        var cloud = CredentialSource.Find(_folder.Search("prod", s_environment) with { NeutronClient = s_section });
        cloud.AuthUrl.ShouldBe(new Uri("http://prod:5000"));
        cloud.Source.ShouldBe($"cloud prod in {_folder.Path}/clouds.yaml");
        CredentialSource.Find(_folder.Search(null, [.. s_environment, ("OS_CLOUD", "prod")])).Source.ShouldBe(cloud.Source);
    }

    [Fact]
    public void Find_NoCloudNamed_TakesTheEnvironment()
    {
        _folder.File("clouds.yaml", Yaml);
        var cloud = CredentialSource.Find(_folder.Search(null, s_environment) with { NeutronClient = s_section });
        cloud.Source.ShouldBe("the environment");
        cloud.AuthUrl.ShouldBe(new Uri("http://env:5000/v3"));
        var credentials = cloud.Credentials.ShouldBeOfType<PasswordCredentials>();
        credentials.User.ShouldBe(new KeystoneName(null, "admin", KeystoneDomain.Default));
        credentials.Password.Reveal().ShouldBe("env-secret");
    }

    [Fact]
    public void Find_NoEnvironment_TakesStethConf()
    {
        _folder.File("clouds.yaml", Yaml);
        var cloud = CredentialSource.Find(_folder.Search(null, ("OS_REGION_NAME", "stray")) with { NeutronClient = s_section });
        cloud.Source.ShouldBe("/etc/steth/steth.conf");
        cloud.Credentials.ShouldBe(new PasswordCredentials(
            new KeystoneName(null, "neutron", KeystoneDomain.Default), new Secret("conf-secret"), new KeystoneName(null, "service", KeystoneDomain.Default)));
    }

    [Fact]
    public void Find_OnlyAFileWithOneCloud_TakesIt()
    {
        _folder.File("clouds.yaml", Yaml);
        var search = _folder.Search() with { NeutronClient = new NeutronClientSection("steth.conf", null, null, null, null) };
        CredentialSource.Find(search).Region.ShouldBe("RegionOne");
    }

    [Fact]
    public void Find_SeveralCloudsAndNoneNamed_NamesThem()
    {
        _folder.File("clouds.yaml", Yaml + "\n  test: {}\n");
        var failure = Should.Throw<OpenStackException>(() => CredentialSource.Find(_folder.Search()));
        failure.Failure.ShouldBe(OpenStackFailure.NoCredentials);
        failure.Message.ShouldBe("clouds.yaml has 2 clouds (prod, test): name one with --os-cloud or OS_CLOUD.");
    }

    [Fact]
    public void Find_Nothing_SaysWhatThereCouldBe()
    {
        var failure = Should.Throw<OpenStackException>(() => CredentialSource.Find(_folder.Search()));
        failure.Failure.ShouldBe(OpenStackFailure.NoCredentials);
        failure.Message.ShouldStartWith("No OpenStack credentials were found: name a cloud of clouds.yaml with --os-cloud or OS_CLOUD, set OS_AUTH_URL ");
    }

    [Theory]
    [InlineData("OS_AUTH_URL", "OS_AUTH_URL is missing in the environment.")]
    [InlineData("OS_USERNAME", "OS_USERNAME is missing in the environment.")]
    [InlineData("OS_PASSWORD", "OS_PASSWORD is missing in the environment.")]
    [InlineData("OS_PROJECT_NAME", "OS_PROJECT_NAME is missing in the environment.")]
    public void Find_VariableMissing_NamesIt(string missing, string message) =>
        Should.Throw<OpenStackException>(() => CredentialSource.Find(_folder.Search(null, [.. s_environment.Where(e => e.Item1 != missing)])))
            .Message.ShouldBe(message);

    [Fact]
    public void Find_KeyMissingInStethConf_NamesItAsItIsThere() =>
        Should.Throw<OpenStackException>(() => CredentialSource.Find(_folder.Search() with { NeutronClient = s_section with { TenantName = null } }))
            .Message.ShouldBe("[neutron_client] tenant_name is missing in /etc/steth/steth.conf.");

    [Fact]
    public void Find_AllVariables_AreUsed()
    {
        var cloud = CredentialSource.Find(_folder.Search(
            null,
            ("OS_AUTH_URL", "https://env:5000"),
            ("OS_USERNAME", "demo"),
            ("OS_PASSWORD", "x"),
            ("OS_TENANT_NAME", "old"),
            ("OS_USER_DOMAIN_NAME", "Users"),
            ("OS_PROJECT_DOMAIN_ID", "d1"),
            ("OS_REGION_NAME", "Two"),
            ("OS_ENDPOINT_TYPE", "internalURL"),
            ("OS_CACERT", "/ca.pem"),
            ("OS_CERT", "/me.pem"),
            ("OS_KEY", "/me.key"),
            ("OS_INSECURE", "True")));
        cloud.ShouldBe(new Cloud
        {
            Source = "the environment",
            AuthUrl = new Uri("https://env:5000"),
            Credentials = new PasswordCredentials(
                new KeystoneName(null, "demo", new KeystoneDomain(null, "Users")), new Secret("x"), new KeystoneName(null, "old", new KeystoneDomain("d1", null))),
            Region = "Two",
            Interface = EndpointInterface.Internal,
            Verify = false,
            CaCertFile = "/ca.pem",
            ClientCertFile = "/me.pem",
            ClientKeyFile = "/me.key",
        });
    }

    [Theory]
    [InlineData("OS_AUTH_URL", "keystone:5000", "OS_AUTH_URL in the environment is not an http:// or https:// address.")]
    [InlineData("OS_AUTH_URL", "http://admin:s3cret@h:5000", "OS_AUTH_URL in the environment holds a user name before the host, where it does not belong.")]
    [InlineData("OS_INTERFACE", "inner", "OS_INTERFACE in the environment is none of public, internal and admin.")]
    [InlineData("OS_INSECURE", "maybe", "OS_INSECURE in the environment is neither true nor false.")]
    [InlineData("OS_AUTH_TYPE", "v3oidcpassword", "OS_AUTH_TYPE in the environment is v3oidcpassword, but only password, token and v3applicationcredential are known here.")]
    [InlineData("OS_AUTH_TYPE", "v3applicationcredential", "OS_APPLICATION_CREDENTIAL_ID is missing in the environment.")]
    [InlineData("OS_AUTH_TYPE", "token", "OS_TOKEN is missing in the environment.")]
    [InlineData("OS_CLOUD", "none", "Cloud none was asked for, but there is no clouds.yaml in ")]
    [InlineData("OS_CLIENT_CONFIG_FILE", "/nonexistent", null)]
    public void Find_WrongValue_SaysWhichAndWhy(string variable, string value, string? message)
    {
        var search = _folder.Search(null, [.. s_environment.Where(e => e.Item1 != variable), (variable, value)]);
        if (message is null)
            CredentialSource.Find(search).Source.ShouldBe("the environment");
        else
            Should.Throw<OpenStackException>(() => CredentialSource.Find(search)).Message.ShouldStartWith(message);
    }

    [Fact]
    public void Find_TokenInTheEnvironment_IsTakenAsItIs()
    {
        var cloud = CredentialSource.Find(_folder.Search(null, ("OS_AUTH_URL", "http://env:5000"), ("OS_TOKEN", "t")));
        cloud.Credentials.ShouldBe(new TokenCredentials(new Secret("t"), null));
    }

    [Fact]
    public void OfThisProcess_LooksInTheUsualFolders()
    {
        var search = CredentialSearch.OfThisProcess("c", s_section);
        search.Folders[0].ShouldBe(Directory.GetCurrentDirectory());
        search.Folders[^1].ShouldBe("/etc/openstack");
        search.CloudName.ShouldBe("c");
        search.NeutronClient.ShouldBe(s_section);
        search.Environment.ContainsKey("PATH").ShouldBeTrue();
    }
}
