using System.Text;
using Gateway.Simulator;

namespace Gateway.EndToEnd.Tests.Chaos;

/// <summary>One client: a request after the other, most of them streams; now and then it leaves in the middle. Judges every answer.</summary>
internal sealed class ChaosClient(HttpClient http, ChaosTally tally, Random random, int number)
{
    private const string Path = "/v1/chat/completions";

    private int _asked;

    public async Task RunAsync(CancellationToken isOver)
    {
        // Not all in the same instant.
        await PauseAsync(random.Next(500));
        while (!isOver.IsCancellationRequested)
        {
            if (!await AskAsync())
                await PauseAsync(random.Next(50, 500));
        }
    }

    private static Task PauseAsync(int milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System);

    /// <summary>False when the answer was an error: a client that is told so does not come back in the same instant.</summary>
    private async Task<bool> AskAsync()
    {
        bool stream = random.Next(100) < 80;
        TimeSpan deadline = stream ? ChaosPlan.StreamDeadline : ChaosPlan.UnaryDeadline;
        TimeSpan leave = random.Next(100) < 10 ? TimeSpan.FromMilliseconds(random.Next(1, 2500)) : Timeout.InfiniteTimeSpan;
        string id = $"chaos-{number}-{_asked++}";
        string body = $$"""{"model":"{{ChaosPlan.Model}}","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"question {{id}}"}]}""";
        string expected = SimulatedText.Expect(ChaosPlan.Text, Path, Encoding.UTF8.GetBytes(body))[0].Content;
        long start = TimeProvider.System.GetTimestamp();
        using CancellationTokenSource left = new(leave, TimeProvider.System);
        using CancellationTokenSource hung = new(deadline + ChaosPlan.Late, TimeProvider.System);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(left.Token, hung.Token);
        MemoryStream received = new();
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, Path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.Add("x-request-id", id);
            request.Headers.Add("x-gateway-timeout", $"{deadline.TotalSeconds:0}s");
            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            await using Stream content = await response.Content.ReadAsStreamAsync(either.Token);
            await content.CopyToAsync(received, either.Token);
            return Judge(ChaosAnswer.Read(response, Encoding.UTF8.GetString(received.ToArray()), expected), id);
        }
        catch (OperationCanceledException) when (left.IsCancellationRequested)
        {
            tally.Add("left by the client");
        }
        catch (OperationCanceledException)
        {
            tally.AddProblem("hung", id, Tail(received));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            TimeSpan after = TimeProvider.System.GetElapsedTime(start);
            tally.AddProblem("cut", id, $"after {after.TotalSeconds:0.0} s: {exception.Message} {exception.InnerException?.Message} … {Tail(received)}");
        }

        return false;
    }

    private bool Judge(ChaosAnswer answer, string id)
    {
        if (answer.Wrong is { } wrong)
            tally.AddProblem("wrong", id, wrong);
        else
            tally.Add(answer.ErrorCode is { } code ? $"error {code}" : "complete");
        return answer is { Wrong: null, ErrorCode: null };
    }

    private static string Tail(MemoryStream received) => Encoding.UTF8.GetString(received.ToArray())[^(int)Math.Min(300, received.Length)..];
}
