using Gateway.Admission;
using Gateway.Configuration;
using Gateway.Failures;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using TestKit.Memory;

namespace Gateway.Tests.Admission;

public sealed class ClientKeysTests
{
    private const string Alice = "alice-0123456789abcdef";
    private const string AliceNext = "alice-next-0123456789abcdef";
    private const string Bob = "bob-0123456789abcdef";
    private const string Switched = "switched-off-0123456789";
    private const string Expiring = "expiring-0123456789abcdef";

    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly ClientKeys Keys = new(new AuthOptions
    {
        Keys =
        [
            Key("alice", Alice), Key("bob", Bob), Key("alice", AliceNext), Key("carol", Switched) with { Enabled = false }, Key("dave", Expiring) with { Expires = Now },
        ],
    });

    [Theory]
    [InlineData("Authorization", $"Bearer {Alice}")]
    [InlineData("authorization", $"bearer {Alice}")]
    [InlineData("Authorization", $"BEARER   {Alice}  ")]
    [InlineData("Authorization", $"Bearer {AliceNext}")]
    [InlineData("api-key", Alice)]
    [InlineData("API-Key", $" {Alice} ")]
    [InlineData("x-api-key", Alice)]
    public void Authenticate_AnyForm_NamesTheOwner(string header, string value)
    {
        (ClientKey? key, Failure? failure) = Keys.Authenticate(Headers((header, value)), Now);

        Assert.Null(failure);
        Assert.Equal("alice", key?.Id);
    }

    [Theory]
    [InlineData("bob", "Authorization", $"Bearer {Bob}", "api-key", Alice)]
    [InlineData("bob", "Authorization", $"Bearer {Bob}", "x-api-key", "nonsense")]
    [InlineData("bob", "api-key", Bob, "x-api-key", Alice)]
    [InlineData("bob", "Authorization", "Basic Zm9vOmJhcg==", "x-api-key", Bob)]
    [InlineData("bob", "Authorization", "Bearer", "api-key", Bob)]
    [InlineData(null, "Authorization", "Bearer nonsense", "api-key", Bob)]
    [InlineData(null, "api-key", "nonsense", "x-api-key", Bob)]
    public void Authenticate_SeveralHeaders_TheFirstThatHoldsAKeyCounts(string? id, string first, string firstValue, string second, string secondValue) =>
        Assert.Equal(id, Keys.Authenticate(Headers((first, firstValue), (second, secondValue)), Now).Key?.Id);

    [Theory]
    [InlineData("Authorization")]
    [InlineData("api-key")]
    [InlineData("x-api-key")]
    public void Authenticate_HeaderGivenTwice_IsRefused(string header)
    {
        string value = header == "Authorization" ? $"Bearer {Alice}" : Alice;
        HeaderDictionary headers = new() { [header] = new StringValues([value, value]), ["x-other"] = "1" };

        (ClientKey? key, Failure? failure) = Keys.Authenticate(headers, Now);

        Assert.Null(key);
        Assert.Equal(FailureCode.InvalidApiKey, failure?.Code);
    }

    /// <summary>Nothing tells a key that is switched off, or was good once, from one that never was.</summary>
    [Fact]
    public void Authenticate_AnyInvalidKey_IsTheSameAnswer()
    {
        string[] wrong = ["nonsense", Switched, Expiring, Alice + "x", Alice[..^1], Alice.ToUpperInvariant(), new('x', 512), new('x', 513), new('x', 100_000), "schlüssel-0123456789", "\0"];
        Failure? unknown = Keys.Authenticate(Headers(("api-key", "nonsense")), Now).Failure;

        Assert.Equal((401, "authentication_error", "invalid_api_key"), (unknown!.Status, unknown.Type, unknown.WireCode));
        Assert.All(wrong, key => Assert.Same(unknown, Keys.Authenticate(Headers(("Authorization", "Bearer " + key)), Now).Failure));
        Assert.All(wrong, key => Assert.Same(unknown, Keys.Authenticate(Headers(("x-api-key", key)), Now).Failure));
    }

    [Fact]
    public void Authenticate_UntilItExpires_IsAccepted()
    {
        Assert.Equal("dave", Keys.Authenticate(Headers(("api-key", Expiring)), Now - TimeSpan.FromTicks(1)).Key?.Id);
        Assert.Null(Keys.Authenticate(Headers(("api-key", Expiring)), Now).Key);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("Authorization", "Basic Zm9vOmJhcg==")]
    [InlineData("Authorization", "Bearer")]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("Authorization", "")]
    [InlineData("Authorization", $"Bearer{Alice}")]
    [InlineData("Authorization", Alice)]
    [InlineData("api-key", "")]
    [InlineData("cookie", Alice)]
    public void Authenticate_NoKey_SaysHowToSendOne(string? header, string? value)
    {
        (ClientKey? key, Failure? failure) = Keys.Authenticate(header is null ? [] : Headers((header, value!)), Now);

        Assert.Null(key);
        Assert.Equal(FailureCode.InvalidApiKey, failure?.Code);
        Assert.Contains("x-api-key", failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Authenticate_NoKeysConfigured_IsAnyone()
    {
        ClientKeys open = new(new AuthOptions());

        Assert.Same(ClientKey.Anyone, open.Authenticate(new HeaderDictionary(), Now).Key);
        Assert.Same(ClientKey.Anyone, open.Authenticate(Headers(("api-key", "whatever")), Now).Key);
        Assert.Null(ClientKey.Anyone.Id);
        Assert.Null(ClientKey.Anyone.MayUseModel);
        Assert.True(ClientKey.Anyone.MayUseRouter("r"));
    }

    [Fact]
    public void Authenticate_EveryOfManyKeys_FindsItsOwner()
    {
        ClientKeys many = new(new AuthOptions { Keys = [.. Enumerable.Range(0, 1000).Select(i => Key($"k{i}", $"key-number-{i}-0123456789"))] });

        for (int i = 0; i < 1000; i++)
            Assert.Equal($"k{i}", many.Authenticate(Headers(("api-key", $"key-number-{i}-0123456789")), Now).Key?.Id);
        Assert.Null(many.Authenticate(Headers(("api-key", "key-number-1000-0123456789")), Now).Key);
    }

    [Theory]
    [InlineData("Authorization", $"Bearer {Alice}")]
    [InlineData("x-api-key", Alice)]
    [InlineData("x-api-key", "nonsense")]
    public void Authenticate_Always_AllocatesNothing(string header, string value)
    {
        HeaderDictionary headers = Headers((header, value), ("content-type", "application/json"));

        Assert.Equal(0, AllocatedBytes.LowestOf(() => Keys.Authenticate(headers, Now)));
    }

    [Fact]
    public void ClientKey_Lists_AreWhatItMayUse()
    {
        ClientKey key = new(Key("a", Alice) with { Models = ["meta/*", "gpt-4o"], Routers = ["production"], Limits = new LimitOptions { RequestsPerMinute = 1 } });

        Assert.True(key.MayUseModel!("meta/llama"));
        Assert.True(key.MayUseModel("gpt-4o"));
        Assert.False(key.MayUseModel("gpt-4o-mini"));
        Assert.True(key.MayUseRouter("production"));
        Assert.False(key.MayUseRouter("default"));
        Assert.Equal(("a", 1), (key.Limits!.Name, key.Limits.Options.RequestsPerMinute));
        Assert.Null(new ClientKey(Key("a", Alice)).Limits);
    }

    private static ClientKeyOptions Key(string id, string key) => new() { Id = id, Hash = KeyHash.Of(key) };

    private static HeaderDictionary Headers(params (string Name, string Value)[] headers)
    {
        HeaderDictionary dictionary = [];
        foreach ((string name, string value) in headers)
            dictionary[name] = value;
        return dictionary;
    }
}
