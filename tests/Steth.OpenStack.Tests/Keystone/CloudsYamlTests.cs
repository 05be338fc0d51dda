using FsCheck;
using FsCheck.Fluent;
using Steth.OpenStack.Keystone;

namespace Steth.OpenStack.Tests.Keystone;

public sealed class CloudsYamlTests : IDisposable
{
    private const string Sample = """
        # all the ways to log in
        defaults: &defaults
          region_name: RegionOne
          verify: false
        clouds:
          password:
            <<: [*defaults, {region_name: Other, cacert: /other.pem}]
            interface: internal
            auth:
              auth_url: http://k:5000/v3
              username: "admin"
              password: 0123
              project_name: admin
              user_domain_name: Default
              project_domain_id: default
          ids:
            regions: [One, Two]
            cacert: /ca.pem
            auth: {auth-url: "https://k/identity", user_id: u1, password: "p: #1", tenant_id: t1}
          app-id:
            auth_type: v3applicationcredential
            regions:
              - name: Three
                values: {x: y}
            auth: {auth_url: http://k:5000, application_credential_id: a1, application_credential_secret: s}
          app-name:
            auth: {auth_url: http://k:5000, application_credential_name: mine, username: demo, user_domain_id: d1, application_credential_secret: s}
          token:
            auth_type: token
            auth: {auth_url: http://k:5000, token: t, project_name: p, project_domain_name: Default}
          parted:
            profile: vendor
            auth: {username: demo, project_name: demo, password: ~}
          bare: {auth: {auth_url: http://k:5000, username: demo, project_name: demo}}
          domain: {auth: {auth_url: http://k:5000, username: demo, password: x, domain_name: Default}}
          system: {system_scope: all, auth: {auth_url: http://k:5000, username: demo, password: x}}
          scalar: 7
          listauth: {auth: [a, b]}
          empty:
        """;

    private readonly ConfigFolder _folder = new();

    public CloudsYamlTests() => _folder.File("clouds.yaml", Sample);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Find_Password_WithMergeKeyAndNumberAsText()
    {
        var cloud = Find("password");
        cloud.Credentials.ShouldBe(new PasswordCredentials(
            new KeystoneName(null, "admin", new KeystoneDomain(null, "Default")), new Secret("0123"), new KeystoneName(null, "admin", new KeystoneDomain("default", null))));
        (cloud.Region, cloud.Interface, cloud.Verify, cloud.CaCertFile).ShouldBe(("RegionOne", EndpointInterface.Internal, false, "/other.pem"));
    }

    [Fact]
    public void Find_IdsAndRegions_TakesTheFirstRegion()
    {
        var cloud = Find("ids");
        cloud.Credentials.ShouldBe(new PasswordCredentials(new KeystoneName("u1", null, null), new Secret("p: #1"), new KeystoneName("t1", null, null)));
        (cloud.Region, cloud.CaCertFile, cloud.Verify).ShouldBe(("One", "/ca.pem", true));
        Find("ids", ("OS_REGION_NAME", "Two")).Region.ShouldBe("Two");
    }

    [Fact]
    public void Find_ApplicationCredentials_ByIdAndByName()
    {
        Find("app-id").Credentials.ShouldBe(new ApplicationCredentials("a1", null, null, new Secret("s")));
        Find("app-id").Region.ShouldBe("Three");
        Find("app-name").Credentials.ShouldBe(new ApplicationCredentials(
            null, "mine", new KeystoneName(null, "demo", new KeystoneDomain("d1", null)), new Secret("s")));
    }

    [Fact]
    public void Find_Token_IsExchangedForTheProject() =>
        Find("token").Credentials.ShouldBe(new TokenCredentials(new Secret("t"), new KeystoneName(null, "p", new KeystoneDomain(null, "Default"))));

    [Fact]
    public void Find_SecureAndPublicFiles_AreMerged()
    {
        _folder.File("secure.yaml", "clouds: {parted: {auth: {password: from-secure}}}");
        _folder.File("clouds-public.yaml", "public-clouds: {vendor: {region_name: V, auth: {auth_url: 'https://vendor/v3', username: nobody}}}");
        var cloud = Find("parted");
        cloud.AuthUrl.ShouldBe(new Uri("https://vendor/v3"));
        cloud.Region.ShouldBe("V");
        cloud.Credentials.ShouldBe(new PasswordCredentials(
            new KeystoneName(null, "demo", KeystoneDomain.Default), new Secret("from-secure"), new KeystoneName(null, "demo", KeystoneDomain.Default)));
    }

    [Fact]
    public void Find_PasswordOnlyInTheEnvironment_IsTakenFromThere() =>
        Find("bare", ("OS_PASSWORD", "e"), ("OS_USERNAME", "other")).Credentials.ShouldBe(new PasswordCredentials(
            new KeystoneName(null, "demo", KeystoneDomain.Default), new Secret("e"), new KeystoneName(null, "demo", KeystoneDomain.Default)));

    [Fact]
    public void Find_FileInAnEarlierFolder_Wins()
    {
        _folder.File("first/clouds.yml", "clouds: {bare: {auth: {auth_url: http://first, user_id: a, password: b, project_id: c}}}");
        Find("bare").AuthUrl.ShouldBe(new Uri("http://first"));
    }

    [Fact]
    public void Find_ClientConfigFile_WinsOverFolders()
    {
        var file = _folder.File("elsewhere.json", """{"clouds": {"bare": {"auth": {"auth_url": "http://json", "user_id": "a", "password": "b", "project_id": "c"}}}}""");
        var cloud = Find("bare", ("OS_CLIENT_CONFIG_FILE", file));
        cloud.AuthUrl.ShouldBe(new Uri("http://json"));
        cloud.Source.ShouldBe($"cloud bare in {file}");
    }

    [Theory]
    [InlineData("bare", "password is missing in cloud bare in FOLDER/clouds.yaml.")]
    [InlineData("domain", "project_name is missing in cloud domain in FOLDER/clouds.yaml.")]
    [InlineData("system", "system_scope in cloud system in FOLDER/clouds.yaml asks for a token of the whole system, but Neutron wants one of a project: name a project.")]
    [InlineData("scalar", "clouds.scalar in FOLDER/clouds.yaml is not a mapping of keys to values.")]
    [InlineData("empty", "clouds.empty in FOLDER/clouds.yaml is not a mapping of keys to values.")]
    [InlineData("listauth", "clouds.listauth.auth in FOLDER/clouds.yaml is not a mapping of keys to values.")]
    [InlineData("other", "There is no cloud other in FOLDER/clouds.yaml; it has app-id, app-name, bare, domain, empty, ids, listauth, parted, password, scalar, system, token.")]
    public void Find_FaultyCloud_SaysWhatAndWhere(string name, string message)
    {
        var failure = Should.Throw<OpenStackException>(() => Find(name));
        failure.Failure.ShouldBe(OpenStackFailure.Configuration);
        failure.Message.ShouldBe(message.Replace("FOLDER", _folder.Path, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "There is no cloud bare in FOLDER/clouds.yaml: it has none at all under 'clouds:'.")]
    [InlineData("just text", "FOLDER/clouds.yaml is no clouds.yaml: it does not start with 'clouds:'.")]
    [InlineData("- a\n- b", "FOLDER/clouds.yaml is no clouds.yaml: it does not start with 'clouds:'.")]
    [InlineData("clouds: [a]", "There is no cloud bare in FOLDER/clouds.yaml: it has none at all under 'clouds:'.")]
    [InlineData("clouds:\n  bare:\n    auth:\n      password: *s3cret\n", "FOLDER/clouds.yaml is not valid YAML (a value with special characters must be quoted).")]
    [InlineData("clouds:\n  bare:\n    auth:\n      password: @s3cret\n", "FOLDER/clouds.yaml is not valid YAML, see near line 4 (a value with special characters must be quoted).")]
    [InlineData("clouds:\n\tbare: s3cret\n", "FOLDER/clouds.yaml is not valid YAML (a value with special characters must be quoted).")]
    public void Find_BrokenFile_SaysWhereAndQuotesNothing(string text, string message)
    {
        _folder.File("clouds.yaml", text);
        var failure = Should.Throw<OpenStackException>(() => Find("bare"));
        failure.Message.ShouldBe(message.Replace("FOLDER", _folder.Path, StringComparison.Ordinal));
        failure.ToString().ShouldNotContain("s3cret");
    }

    [Fact]
    public void Find_NestedTooDeeply_IsRefused()
    {
        _folder.File("clouds.yaml", new string('[', 100_000));
        Should.Throw<OpenStackException>(() => Find("bare")).Message.ShouldContain("not valid YAML, see near line 1 ");
    }

    [Fact]
    public void Find_AliasToItself_IsNoLoop()
    {
        _folder.File("clouds.yaml", "clouds: &a\n  bare: *a\n  <<: *a\n");
        Should.Throw<OpenStackException>(() => Find("bare"));
    }

    [Fact]
    public void Find_TruncatedAnywhere_IsACloudOrOneSentence()
    {
        for (var length = 0; length < Sample.Length; length += 7)
        {
            _folder.File("clouds.yaml", Sample[..length]);
            CloudOrSentence("ids");
        }
    }

    [Fact]
    public void Find_AnyText_IsACloudOrOneSentence()
    {
        string[] words = ["clouds", "bare", "auth", "auth_url", "password", ":", ": ", "\n", "\n  ", "\n    ", "- ", "{", "}", "[", "]", "&a ", "*a", "<<", "<<: *a", "? ", "!t ", "'", "\"", "|", "#", "http://k", "~", "\t", "\0", "é", "%YAML 9", "---", "..."];
        var texts = Gen.Elements(words).ListOf().Select(parts => string.Concat(parts));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(texts.ToArbitrary(), text =>
        {
            _folder.File("clouds.yaml", text);
            CloudOrSentence("bare");
        }));
    }

    private void CloudOrSentence(string name)
    {
        try
        {
            Find(name).Source.ShouldNotBeEmpty();
        }
        catch (OpenStackException e)
        {
            e.Message.ShouldEndWith(".");
        }
    }

    private Cloud Find(string name, params (string Key, string Value)[] environment) => CredentialSource.Find(_folder.Search(name, environment));
}
