using Gateway.Caching;
using Gateway.Caching.Store;
using Gateway.Configuration;
using Gateway.Tests.Requests;
using Microsoft.AspNetCore.Http;
using Endpoint = Gateway.Streaming.Endpoint;

namespace Gateway.Tests.Caching;

public sealed class CacheKeysTests
{
    private static readonly CacheTenant Tenant = CacheTenant.Of(CacheScope.Key, "team-a", "default");

    private readonly CacheKey _key = Compute();

    [Fact]
    public void TryCompute_TheSame_SameKey()
    {
        Assert.Equal(_key, Compute());
        Assert.Equal(_key, Compute(body: """{"model":"alias","stream":true,"temperature":0.0}"""));
        Assert.Equal(_key, Compute(headers: new HeaderDictionary { ["user-agent"] = "x", ["x-request-id"] = "1" }));
    }

    [Fact]
    public void TryCompute_WhatChangesTheAnswer_AnotherKey()
    {
        CacheKey[] others =
        [
            Compute(tenant: CacheTenant.Of(CacheScope.Key, "team-b", "default")),
            Compute(tenant: CacheTenant.Of(CacheScope.Key, null, "default")),
            Compute(tenant: CacheTenant.Of(CacheScope.Router, "team-a", "team-a")),
            Compute(tenant: CacheTenant.Of(CacheScope.Shared, "team-a", "default")),
            Compute(endpoint: Endpoint.Responses),
            Compute(model: "other"),
            Compute(query: "?api-version=1"),
            Compute(headers: new HeaderDictionary { ["anthropic-beta"] = "a" }),
            Compute(headers: new HeaderDictionary { ["anthropic-beta"] = "b" }),
            Compute(headers: new HeaderDictionary { ["openai-beta"] = "a" }),
            Compute(headers: new HeaderDictionary { ["x-dynamo-session-id"] = "a" }),
            Compute(body: """{"model":"m","temperature":1}"""),
        ];

        Assert.DoesNotContain(_key, others);
        Assert.Equal(others.Length, others.Distinct().Count());
    }

    [Fact]
    public void TryCompute_HeadersInAnotherOrder_SameKey() => Assert.Equal(
        Compute(headers: new HeaderDictionary { ["anthropic-a"] = "1", ["Anthropic-B"] = "2" }),
        Compute(headers: new HeaderDictionary { ["anthropic-b"] = "2", ["anthropic-a"] = "1" }));

    [Fact]
    public void TryCompute_BordersBetweenTexts_CannotBeMoved() => Assert.NotEqual(
        Compute(tenant: CacheTenant.Of(CacheScope.Key, "ab", ""), model: "c"), Compute(tenant: CacheTenant.Of(CacheScope.Key, "a", ""), model: "bc"));

    [Fact]
    public void TryCompute_DoubledKey_Refused() => Assert.False(TryCompute("""{"model":"m","x":1,"x":1}""", out _));

    private static bool TryCompute(string body, out CacheKey key)
    {
        ScannedRequest request = new(body);
        return CacheKeys.TryCompute(request.Body, request.Fields, Tenant, "m", new HeaderDictionary(), "", out key);
    }

    private static CacheKey Compute(
        string body = """{"model":"m","temperature":0}""", CacheTenant? tenant = null, Endpoint endpoint = Endpoint.ChatCompletions, string model = "m", IHeaderDictionary? headers = null, string query = "")
    {
        ScannedRequest request = new(body, endpoint);
        Assert.True(CacheKeys.TryCompute(request.Body, request.Fields, tenant ?? Tenant, model, headers ?? new HeaderDictionary(), query, out CacheKey key));
        return key;
    }
}
