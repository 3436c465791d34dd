using Gateway.Configuration;
using TestKit.Sockets;

namespace Gateway.Tests.Configuration;

/// <summary>What a load says for the next one: the files it depends on, and digests of what is set.</summary>
public sealed class ReloadedFilesTests
{
    private const string Keyed = "providers:\n  a: {type: openai, base-url: http://a, api-key-file: key}\n  b: {type: openai, base-url: http://b, api-key: secret}\n";

    [Fact]
    public void Files_HoldTheConfigurationAndWhatItNames()
    {
        ConfigurationResult result = Load.Yaml(Keyed).WithFile("key", "k").Result();
        Assert.Equal(["gateway.yaml", "key"], result.Files.Select(file => file.Path));
        Assert.Equal(ConfigurationFile.DigestOf("k"u8), result.Files[1].Digest);
    }

    [Fact]
    public void Files_MissingOne_IsWatchedToo()
    {
        ConfigurationResult result = Load.Yaml(Keyed).Result();
        Assert.False(result.IsValid);
        Assert.Equal(new ConfigurationFile("key", ""), result.Files[1]);
    }

    [Fact]
    public void Fingerprint_ChangesWithWhatBelongsToTheProviderOnly()
    {
        string[] before = Fingerprints(Load.Yaml(Keyed).WithFile("key", "k"));
        Assert.Equal(before, Fingerprints(Load.Yaml("# a comment\n" + Keyed + "mid-stream: resume\n").WithFile("key", "k")));
        Assert.Equal([false, true], Same(before, Load.Yaml(Keyed).WithFile("key", "other")));
        Assert.Equal([true, false], Same(before, Load.Yaml(Keyed.Replace("secret", "other", StringComparison.Ordinal)).WithFile("key", "k")));
        Assert.Equal([true, false], Same(before, Load.Yaml(Keyed).WithFile("key", "k").Set("providers.b.timeouts.idle", "1s")));
        Assert.NotEqual(before[0], before[1]);
    }

    [Fact]
    public void Digests_ListsOfTheSameLetters_Differ() => Assert.NotEqual(
        Load.Yaml(Load.Minimal + "model-mapping: {x: [ab, c]}\n").Result().Digests["model-mapping.x"],
        Load.Yaml(Load.Minimal + "model-mapping: {x: [a, bc]}\n").Result().Digests["model-mapping.x"]);

    [Fact]
    public void Digests_HoldNoSecret() =>
        Assert.DoesNotContain("secret", string.Join('\n', Load.Yaml(Keyed).WithFile("key", "k").Result().Digests), StringComparison.Ordinal);

    [Fact]
    public void Tls_KeyOfAnotherCertificate_IsAnErrorAtTheKey()
    {
        using TestCertificates one = TestCertificates.Create(TimeProvider.System);
        using TestCertificates other = TestCertificates.Create(TimeProvider.System);
        Load load = Load.Yaml($"server:\n  tls: {{certificate: c, key: k}}\n{Load.Minimal}").WithFile("c", one.CertificatePem).WithFile("k", other.KeyPem);
        Assert.Equal(
            ["gateway.yaml:2:30: server.tls.key: file `k` is not the private key of server.tls.certificate — give the key that belongs to the first certificate, in PEM format and not encrypted"],
            load.Errors());
    }

    [Fact]
    public void Tls_BrokenChainBehindTheCertificate_IsAnError()
    {
        using TestCertificates one = TestCertificates.Create(TimeProvider.System);
        Load load = Load.Yaml($"server:\n  tls: {{certificate: c, key: k}}\n{Load.Minimal}")
            .WithFile("c", one.CertificatePem + "\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").WithFile("k", one.KeyPem);
        Assert.StartsWith("gateway.yaml:2:22: server.tls.certificate: ", Assert.Single(load.Errors()), StringComparison.Ordinal);
    }

    [Fact]
    public void Tls_BrokenCertificates_AreErrorsWithTheirPlace()
    {
        const string Broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        Load load = Load.Yaml("server:\n  tls: {certificate: c, key: k}\nproviders:\n  a: {type: openai, base-url: https://a, tls: {ca: ca}}\n")
            .WithFile("c", Broken).WithFile("k", "-----BEGIN PRIVATE KEY-----").WithFile("ca", "-----BEGIN nothing");
        Assert.Equal(
            [
                "gateway.yaml:2:22: server.tls.certificate: file `c` holds no readable certificate — give the certificate, and then those that signed it, in PEM format",
                "gateway.yaml:4:52: providers.a.tls.ca: file `ca` holds no readable certificate — give the authority's certificate in PEM format",
            ],
            load.Errors());
    }

    private static string[] Fingerprints(Load load) => [.. load.Options().Providers.Select(provider => provider.Fingerprint)];

    private static bool[] Same(string[] before, Load load) => [.. Fingerprints(load).Zip(before, static (now, then) => now == then)];
}
