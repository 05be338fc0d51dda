using Steth.Agent.Kernel;

namespace Steth.Agent.Tests.Kernel;

public sealed class SecretsTests
{
    [Theory]
    [InlineData("--config-file=/etc/neutron.conf -v", "--config-file=/etc/neutron.conf -v")]
    [InlineData("--os-password=hunter2,3 -v", "--os-password=(left out) -v")]
    [InlineData("--auth-token abc -v", "--auth-token (left out) -v")]
    [InlineData("--token --verbose", "--token --verbose")]
    [InlineData("PASSWORD=x metadata_proxy_shared_secret=y", "PASSWORD=(left out) metadata_proxy_shared_secret=(left out)")]
    [InlineData("--url=amqp://nova:hunter2@host:5672/", "--url=amqp://(left out)@host:5672/")]
    [InlineData("api-key:abc", "api-key:(left out)")]
    public void LeaveOut_Arguments_KeepTheirNamesOnly(string arguments, string kept) =>
        string.Join(' ', Secrets.LeaveOut(arguments.Split(' '))).ShouldBe(kept);
}
