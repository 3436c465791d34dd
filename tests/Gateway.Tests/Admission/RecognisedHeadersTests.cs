using Gateway.Admission;
using Gateway.Configuration;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Admission;

public sealed class RecognisedHeadersTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly ClientKey Alice = new(Options("alice"));

    [Fact]
    public void Find_TheSameString_IsItsOwner()
    {
        RecognisedHeaders headers = new();
        string header = Header("alice");
        headers.Remember(header, Alice);

        Assert.Same(Alice, headers.Find(header));
    }

    [Fact]
    public void Find_AnotherStringOfTheSameText_IsNotKnown()
    {
        RecognisedHeaders headers = new();
        headers.Remember(Header("alice"), Alice);

        Assert.Null(headers.Find(Header("alice")));
    }

    [Fact]
    public void Find_MoreHeadersThanPlaces_IsTheOwnerOrNobody()
    {
        RecognisedHeaders headers = new();
        (string Header, ClientKey Owner)[] all = [.. Enumerable.Range(0, 3 * RecognisedHeaders.Places).Select(i => (Header($"{i}"), new ClientKey(Options($"{i}"))))];
        foreach ((string header, ClientKey owner) in all)
            headers.Remember(header, owner);

        int known = 0;
        foreach ((string header, ClientKey owner) in all)
        {
            ClientKey? found = headers.Find(header);
            Assert.True(found is null || found == owner);
            known += found is null ? 0 : 1;
        }

        Assert.InRange(known, 1, RecognisedHeaders.Places);
    }

    [Fact]
    public void Authenticate_AHeaderItKnows_StillExpires()
    {
        ClientKeys keys = new(new AuthOptions { Keys = [Options("alice") with { Expires = Now }] });
        HeaderDictionary headers = new() { ["Authorization"] = Header("alice") };

        Assert.Equal("alice", keys.Authenticate(headers, Now - TimeSpan.FromTicks(1)).Key?.Id);
        Assert.Null(keys.Authenticate(headers, Now).Key);
    }

    [Fact]
    public void Authenticate_AHeaderThatOtherKeysKnew_IsJudgedAnew()
    {
        HeaderDictionary headers = new() { ["Authorization"] = Header("alice") };
        Assert.NotNull(new ClientKeys(new AuthOptions { Keys = [Options("alice")] }).Authenticate(headers, Now).Key);

        Assert.Null(new ClientKeys(new AuthOptions { Keys = [Options("bob")] }).Authenticate(headers, Now).Key);
    }

    [Fact]
    public void Authenticate_AnotherKeyBesideABearerThatIsNone_IsTakenEachTime()
    {
        ClientKeys keys = new(new AuthOptions { Keys = [Options("alice"), Options("bob")] });
        string scheme = new("Basic Zm9vOmJhcg==".AsSpan());

        Assert.Equal("alice", keys.Authenticate(new HeaderDictionary { ["Authorization"] = scheme, ["x-api-key"] = KeyOf("alice") }, Now).Key?.Id);
        Assert.Equal("bob", keys.Authenticate(new HeaderDictionary { ["Authorization"] = scheme, ["x-api-key"] = KeyOf("bob") }, Now).Key?.Id);
    }

    private static string KeyOf(string id) => $"key-of-{id}-0123456789abcdef";

    /// <summary>A new string each time.</summary>
    private static string Header(string id) => string.Concat("Bearer ", KeyOf(id));

    private static ClientKeyOptions Options(string id) => new() { Id = id, Hash = KeyHash.Of(KeyOf(id)) };
}
