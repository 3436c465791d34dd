using Gateway.EndToEnd.Tests.Hostile;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Uploads;

/// <summary>A client key that may use some models only, and forms whose <c>model</c> comes when they are already on their way.</summary>
public sealed class LateModelTests
{
    private const string Key = "Authorization: Bearer ears-only-0123456789\r\n";
    private const string Deployment = "/openai/deployments/whisper-1/audio/transcriptions";

    private static readonly string File = Form.FileStart + new string('x', 100_000) + "\r\n";

    [Fact]
    public async Task LateModel_OnTheList_IsServed()
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await StartAsync(upstream);
        using UploadPeer client = await UploadPeer.ConnectAsync(gateway.Address);
        string body = File + Form.Model.TrimEnd() + Form.End;
        Task sending = client.SendAsync(Form.Whole(body, headers: Key));
        using UploadPeer peer = await upstream.AcceptAsync();
        Assert.EndsWith("\r\n\r\n" + body, await peer.ReadUntilAsync(Form.End), StringComparison.Ordinal);
        await sending;
        await peer.SendAsync(Form.Answer);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await client.ReadUntilAsync("{\"text\":\"hi\"}"), StringComparison.Ordinal);
        await gateway.IdleAsync();
    }

    /// <summary>A deployment that the key may use in the path does not let another model in behind the file.</summary>
    [Theory]
    [InlineData("whisper-large", Form.Path, 403, "model_not_allowed")]
    [InlineData("p/whisper-1", Form.Path, 403, "model_not_allowed")]
    [InlineData("whisper-large", Deployment, 403, "model_not_allowed")]
    [InlineData(null, Form.Path, 400, "missing_model")]
    public async Task LateModel_NotOnTheList_IsRefusedBeforeTheUpstreamHasTheForm(string? model, string path, int status, string code)
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await StartAsync(upstream);
        using RawClient client = await RawClient.ConnectAsync(gateway.Address);
        string late = model is null ? "" : Form.Model.Replace("whisper-1", model, StringComparison.Ordinal);
        Task sending = client.SendAsync(Form.Whole(File + late + "--b0--\r\n", path, Key));
        using UploadPeer peer = await upstream.AcceptAsync();
        Assert.DoesNotContain("--b0--", await peer.ReadToEndAsync(), StringComparison.Ordinal);
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal((status, code, "model"), (response.Status, response.ErrorCode, response.Error.GetProperty("param").GetString()));
        await sending;
        await gateway.IdleAsync();
    }

    /// <summary>An upstream that does not wait for the end of the form: nothing of its answer is for somebody whose model is not known.</summary>
    [Fact]
    public async Task AnswerBeforeTheModel_IsNotGiven()
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await StartAsync(upstream);
        using RawClient client = await RawClient.ConnectAsync(gateway.Address);
        await client.SendAsync(Form.Head(1 << 20, headers: Key) + File);
        using UploadPeer peer = await upstream.AcceptAsync();
        await peer.ReadUntilAsync("xxxx");
        await peer.SendAsync(Form.Answer);
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal((400, "missing_model"), (response.Status, response.ErrorCode));
        Assert.DoesNotContain("\"text\"", response.Body, StringComparison.Ordinal);
        await peer.ReadToEndAsync();
        await gateway.IdleAsync();
    }

    [Fact]
    public async Task NoModel_InASmallForm_IsRefusedBeforeAnybodyIsAsked()
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await StartAsync(upstream);
        using RawClient client = await RawClient.ConnectAsync(gateway.Address);
        await client.SendAsync(Form.Whole(Form.FileStart + "audio" + Form.End, headers: Key));
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal((400, "missing_model"), (response.Status, response.ErrorCode));
        Assert.True(upstream.IsQuiet);
    }

    private static Task<GatewayProcess> StartAsync(UploadUpstream upstream) => Serving.StartAsync(
        [upstream.Address], models: "[whisper-1, whisper-large]", top: "auth: { keys: [{ id: ears, key: ears-only-0123456789, models: [whisper-1] }] }");
}
