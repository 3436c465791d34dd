using System.Net.Http.Headers;
using System.Text;

namespace Gateway.Bench.Streams;

/// <summary>
/// Many paced streams at once: counts what arrives and the longest gap between two reads of one stream.
/// <c>dotnet run --project bench -c Release -- streams URL [STREAMS] [CHUNKS] [PACE-MS]</c>; the simulator behind the URL sets the pace.
/// </summary>
internal sealed class StreamCheck(Uri url, int streams, int chunks, TimeProvider time)
{
    // Role, finish, [DONE].
    private const int FramingEvents = 3;

    private readonly Lock _gate = new();
    private readonly List<double> _gaps = [];
    private long _events;
    private int _failed;

    internal static async Task<int> RunAsync(string[] arguments)
    {
        Uri url = new(new Uri(arguments[0]), "/v1/chat/completions");
        int streams = arguments.Length > 1 ? int.Parse(arguments[1]) : 2000;
        int chunks = arguments.Length > 2 ? int.Parse(arguments[2]) : 100;
        int pace = arguments.Length > 3 ? int.Parse(arguments[3]) : 100;
        return await new StreamCheck(url, streams, chunks, TimeProvider.System).MeasureAsync(pace) ? 0 : 1;
    }

    private async Task<bool> MeasureAsync(int pace)
    {
        using SocketsHttpHandler handler = new() { UseProxy = false, UseCookies = false };
        using HttpMessageInvoker client = new(handler);
        // Spread over one second, as arrivals are.
        await Task.WhenAll(Enumerable.Range(0, streams).Select(async index =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1000.0 * index / streams), time);
            await StreamAsync(client);
        }));
        _gaps.Sort();
        long expected = (long)streams * (chunks + FramingEvents);
        double longest = _gaps[^1];
        Console.WriteLine($"{streams} streams × {chunks} chunks at {pace} ms: {_events:N0} of {expected:N0} events, {_failed} failed; "
            + $"gap p50 {Percentile(0.5):0} p99 {Percentile(0.99):0} p99.9 {Percentile(0.999):0} max {longest:0} ms ({longest / pace:0.0} × pace)");
        return _events == expected && _failed == 0 && longest <= 10 * pace;
    }

    private double Percentile(double share) => _gaps[(int)(share * (_gaps.Count - 1))];

    private async Task StreamAsync(HttpMessageInvoker client)
    {
        string body = $$"""{"model":"meta/llama-3.1-8b-instruct","stream":true,"max_tokens":{{chunks}},"ignore_eos":true,"messages":[{"role":"user","content":"Hi"}]}""";
        using HttpRequestMessage request = new(HttpMethod.Post, url) { Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        List<double> gaps = new(chunks + FramingEvents);
        long events = 0;
        bool failed = false;
        try
        {
            using HttpResponseMessage response = await client.SendAsync(request, CancellationToken.None);
            await using Stream stream = await response.Content.ReadAsStreamAsync();
            events = await CountAsync(stream, gaps);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            failed = true;
        }

        lock (_gate)
        {
            _gaps.AddRange(gaps);
            _events += events;
            _failed += failed ? 1 : 0;
        }
    }

    private async Task<long> CountAsync(Stream stream, List<double> gaps)
    {
        byte[] buffer = new byte[8 << 10];
        long events = 0;
        long before = 0;
        byte last = 0;
        for (int bytes; (bytes = await stream.ReadAsync(buffer)) > 0;)
        {
            long now = time.GetTimestamp();
            if (before != 0)
                gaps.Add(time.GetElapsedTime(before, now).TotalMilliseconds);
            before = now;
            for (int i = 0; i < bytes; i++)
            {
                events += last == '\n' && buffer[i] == '\n' ? 1 : 0;
                last = buffer[i];
            }
        }

        return events;
    }
}
