using System.Net.Http.Headers;

namespace Gateway.Bench.Hedging;

/// <summary>
/// Sends streams when they are due, whatever became of those before: a slow answer keeps nobody from asking. Every side gets the same seeded Poisson
/// arrivals, one side after the other, a part of the mean gap apart.
/// </summary>
internal sealed class OpenLoop(IReadOnlyList<Side> sides, double perSecond, TimeProvider time, CancellationToken cancellation) : IDisposable
{
    private static readonly byte[] Content = "\"content\":\""u8.ToArray();

    private static readonly byte[] Body =
        """{"model":"meta/llama-3.1-8b-instruct","stream":true,"max_tokens":4,"messages":[{"role":"user","content":"Hi"}]}"""u8.ToArray();

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false });
    private readonly Random _random = new(1);

    /// <summary>Returns when all of them have ended.</summary>
    /// <param name="requests">For each side.</param>
    /// <param name="keep">Whether their times are kept.</param>
    internal async Task RunAsync(int requests, bool keep)
    {
        List<Task> running = [];
        long start = time.GetTimestamp();
        foreach ((TimeSpan due, Side side) in Schedule(requests))
        {
            TimeSpan left;
            while ((left = due - time.GetElapsedTime(start)) > TimeSpan.Zero)
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), time, cancellation);
            running.Add(AskAsync(side, start, due, keep));
        }

        await Task.WhenAll(running);
    }

    public void Dispose() => _client.Dispose();

    private IEnumerable<(TimeSpan Due, Side Side)> Schedule(int requests)
    {
        List<(TimeSpan Due, Side Side)> schedule = [];
        double seconds = 0;
        for (int i = 0; i < requests; i++)
        {
            seconds -= Math.Log(1 - _random.NextDouble()) / perSecond;
            for (int side = 0; side < sides.Count; side++)
                schedule.Add((TimeSpan.FromSeconds(seconds + (side / perSecond / sides.Count)), sides[side]));
        }

        return schedule.OrderBy(static entry => entry.Due);
    }

    private async Task AskAsync(Side side, long start, TimeSpan due, bool keep)
    {
        double late = (time.GetElapsedTime(start) - due).TotalMilliseconds;
        double first = double.PositiveInfinity;
        string replica = "";
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, side.Chat) { Content = new ByteArrayContent(Body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using HttpResponseMessage response = await _client.SendAsync(request, cancellation);
            replica = response.Headers.TryGetValues("x-gateway-replica", out IEnumerable<string>? values) ? string.Concat(values) : "";
            await using Stream stream = await response.Content.ReadAsStreamAsync(cancellation);
            if (await ReadToContentAsync(stream))
                first = (time.GetElapsedTime(start) - due).TotalMilliseconds;
            await stream.CopyToAsync(Stream.Null, cancellation);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            first = double.PositiveInfinity;
        }

        if (!keep)
            return;
        lock (side.Samples)
            side.Samples.Add(new(first, late, replica));
    }

    /// <summary>The role chunk has no content, nor has anything else before the first token; false when the answer ends before one.</summary>
    private async ValueTask<bool> ReadToContentAsync(Stream stream)
    {
        byte[] buffer = new byte[8 << 10];
        int filled = 0;
        for (int bytes; (bytes = await stream.ReadAsync(buffer.AsMemory(filled), cancellation)) > 0;)
        {
            filled += bytes;
            if (buffer.AsSpan(0, filled).IndexOf(Content) >= 0)
                return true;
        }

        return false;
    }
}
