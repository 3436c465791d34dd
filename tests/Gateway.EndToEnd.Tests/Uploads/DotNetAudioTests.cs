using System.ClientModel;
using System.Text;
using Gateway.EndToEnd.Tests.Clients;
using Gateway.EndToEnd.Tests.Hostile;
using OpenAI;
using OpenAI.Audio;
using OpenAI.Images;
using TestKit.Processes;

namespace Gateway.EndToEnd.Tests.Uploads;

/// <summary>The official .NET client's audio and images.</summary>
public sealed class DotNetAudioTests
{
    [Theory]
    [InlineData(1_000)]
    [InlineData(300_000)]
    public async Task Transcription_OfAnyFile_IsTheUpstreams(int fileBytes)
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: "[whisper-1]");
        Task<string> answering = AnswerAsync(upstream, Form.Answer);
        using MemoryStream file = new(new byte[fileBytes]);
        AudioTranscription heard = await Client(gateway).GetAudioClient("whisper-1").TranscribeAudioAsync(file, "a.wav");
        Assert.Equal("hi", heard.Text);
        string request = await answering;
        Assert.Contains("whisper-1", request, StringComparison.Ordinal);
        Assert.True(request.Length > fileBytes);
    }

    [Fact]
    public async Task Translation_OfAFile_IsTheUpstreams()
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: "[whisper-1]");
        Task<string> answering = AnswerAsync(upstream, Form.Answer);
        using MemoryStream file = new(new byte[1_000]);
        AudioTranslation heard = await Client(gateway).GetAudioClient("whisper-1").TranslateAudioAsync(file, "a.wav");
        Assert.Equal("hi", heard.Text);
        Assert.StartsWith("POST /v1/audio/translations ", await answering, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Speech_OfAText_IsTheUpstreams()
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: "[tts-1]");
        Task<string> answering = AnswerAsync(upstream, "HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nContent-Length: 5\r\n\r\nsound");
        BinaryData audio = await Client(gateway).GetAudioClient("tts-1").GenerateSpeechAsync("Hello", GeneratedSpeechVoice.Alloy);
        Assert.Equal("sound", audio.ToString());
        Assert.Contains("\"voice\":\"alloy\"", await answering, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_OfAPrompt_IsTheUpstreams()
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: "[dall-e-3]");
        string picture = Convert.ToBase64String(Encoding.ASCII.GetBytes(new string('p', 300_000)));
        Task<string> answering = AnswerAsync(upstream, Chat.Json($$"""{"created":1,"data":[{"b64_json":"{{picture}}"}]}"""));
        GeneratedImage image = await Client(gateway).GetImageClient("dall-e-3").GenerateImageAsync("a cat");
        Assert.Equal(300_000, image.ImageBytes.ToMemory().Length);
        await answering;
    }

    [Fact]
    public async Task Transcription_ThatIsRefused_IsTheClientsError()
    {
        using UploadUpstream upstream = new();
        await using GatewayProcess gateway = await Serving.StartAsync([upstream.Address], models: "[whisper-1]");
        _ = AnswerAsync(upstream, Chat.Json("""{"error":{"message":"no such format","code":"bad_audio"}}""", "400 Bad Request"));
        using MemoryStream file = new(new byte[1_000]);
        ClientResultException error = await Assert.ThrowsAsync<ClientResultException>(() => Client(gateway).GetAudioClient("whisper-1").TranscribeAudioAsync(file, "a.wav"));
        Assert.Equal(400, error.Status);
        Assert.Contains("no such format", error.Message, StringComparison.Ordinal);
    }

    private static OpenAIClient Client(GatewayProcess gateway) => DotNetClient.Create(new Uri(gateway.Address, "/v1"));

    /// <summary>Answers the next request, of whatever framing, once it is whole.</summary>
    private static async Task<string> AnswerAsync(UploadUpstream upstream, string answer)
    {
        // Disposed with the upstream: the client reads the answer first.
        UploadPeer peer = await upstream.AcceptAsync();
        string head = await peer.ReadUntilAsync("\r\n\r\n");
        head = head[..(head.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)];
        string? length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal));
        if (length is null)
            await peer.ReadUntilAsync("\r\n0\r\n\r\n");
        else
            await peer.ReadLengthAsync(head.Length + int.Parse(length["Content-Length: ".Length..], System.Globalization.CultureInfo.InvariantCulture));
        await peer.SendAsync(answer);
        return peer.Received;
    }
}
