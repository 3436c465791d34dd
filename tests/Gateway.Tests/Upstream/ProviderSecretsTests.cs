using System.Net;
using Gateway.Configuration;
using Gateway.Credentials;
using Gateway.Failures;
using Gateway.Tests.Simulator;
using Gateway.Upstream;

namespace Gateway.Tests.Upstream;

/// <summary>What an upstream says of itself in an error goes to no client.</summary>
public sealed class ProviderSecretsTests
{
    [Theory]
    [InlineData("http://dynamo:8000/", null, "dynamo:8000: this dynamo has no worker", "***: this dynamo has no worker")]
    [InlineData("http://10.1.2.3:8000/", null, "10.1.2.3:8000 and 10.1.2.3 are down", "*** and *** are down")]
    [InlineData("https://gpu-7.inner.example/v1", null, "asked gpu-7.inner.example:443", "asked ***")]
    [InlineData("http://workers.svc.example:8000/", "10.9.8.7", "10.9.8.7 at workers.svc.example", "*** at ***")]
    public void Redact_WhereTheRequestWent_IsMasked(string url, string? address, string said, string told)
    {
        using Provider provider = new(new ProviderOptions { Name = "p", Type = ProviderType.OpenAi, BaseUrls = [new(url)], Models = ["m"] }, new SteppedTimeProvider());
        Gateway.Upstream.Replica replica = provider.NewReplica(new(url), "p-9", address is null ? null : IPAddress.Parse(address));
        Assert.Equal(told, CredentialRedaction.Redact(said, provider.SecretsOf(Credential.None, replica)));
    }
}
