using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Operating;

/// <summary>What a browser sees: preflight, answer, stream, error.</summary>
public sealed class CorsTests
{
    private const string Page = "https://chat.example";
    private const string Model = "meta/llama-3.1-8b-instruct";

    /// <summary>What the OpenAI SDK sends from a browser.</summary>
    private const string SdkHeaders = "authorization,content-type,x-stainless-arch,x-stainless-lang,x-stainless-os,x-stainless-package-version,x-stainless-retry-count,x-stainless-runtime,x-stainless-runtime-version,x-stainless-timeout";

    [Fact]
    public async Task Page_OfAnAllowedOrigin_MayAskAndReadEveryAnswer()
    {
        await using GatewayProcess gateway = await OperatedGateway.StartAsync($"cors: ['{Page}']");

        RawResponse preflight = await SendAsync(gateway, $"OPTIONS /v1/chat/completions HTTP/1.1\r\nOrigin: {Page}\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: {SdkHeaders}\r\n");
        Assert.Equal((204, Page, SdkHeaders, "Origin"), (preflight.Status, preflight.Header("Access-Control-Allow-Origin"), preflight.Header("Access-Control-Allow-Headers"), preflight.Header("Vary")));

        foreach ((string body, int status) in ((string, int)[])[(Ask("true"), 200), (Ask("false"), 200), ("{", 400)])
        {
            RawResponse answer = await SendAsync(gateway, $"POST /v1/chat/completions HTTP/1.1\r\nOrigin: {Page}\r\nContent-Type: application/json\r\n", body);
            Assert.Equal((status, Page, "Origin"), (answer.Status, answer.Header("Access-Control-Allow-Origin"), answer.Header("Vary")));
            Assert.Contains("x-request-id", answer.Header("Access-Control-Expose-Headers"), StringComparison.Ordinal);
            Assert.Null(answer.Header("Access-Control-Allow-Credentials"));
        }

        RawResponse missing = await SendAsync(gateway, $"GET /nothing HTTP/1.1\r\nOrigin: {Page}\r\n");
        Assert.Equal((404, Page), (missing.Status, missing.Header("Access-Control-Allow-Origin")));
        RawResponse foreign = await SendAsync(gateway, "GET /v1/models HTTP/1.1\r\nOrigin: https://evil.example\r\n");
        Assert.Equal((200, null, "Origin"), (foreign.Status, foreign.Header("Access-Control-Allow-Origin"), foreign.Header("Vary")));
    }

    [Fact]
    public async Task NoOrigin_Configured_LeavesNoTrace()
    {
        await using GatewayProcess gateway = await OperatedGateway.StartAsync("client-stall: 5m");

        RawResponse preflight = await SendAsync(gateway, $"OPTIONS /v1/chat/completions HTTP/1.1\r\nOrigin: {Page}\r\nAccess-Control-Request-Method: POST\r\n");
        RawResponse models = await SendAsync(gateway, $"GET /v1/models HTTP/1.1\r\nOrigin: {Page}\r\n");

        Assert.Equal((405, 200), (preflight.Status, models.Status));
        foreach (RawResponse response in (RawResponse[])[preflight, models])
            Assert.Equal((null, null, null), (response.Header("Access-Control-Allow-Origin"), response.Header("Vary"), response.Header("Access-Control-Expose-Headers")));
    }

    private static string Ask(string stream) => $$"""{"model":"{{Model}}","stream":{{stream}},"max_tokens":4,"messages":[{"role":"user","content":"hi"}]}""";

    private static async Task<RawResponse> SendAsync(GatewayProcess gateway, string head, string body = "")
    {
        using RawClient client = await RawClient.ConnectAsync(gateway.Address);
        await client.SendAsync($"{head}Host: gateway\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        return await client.ReadResponseAsync();
    }
}
