using System.Globalization;
using System.Text;

namespace Gateway.Bench.Caching;

/// <summary>
/// Identical streams at once, all asked before the first token leaves the upstream: how much later than the first client's the others' first content comes, by one clock.
/// <c>dotnet run --project bench -c Release -- joined URL|bare [JOINERS [ROUNDS]]</c>, <c>bare</c> being <see cref="BareFanOut"/>; else needs a cache and an upstream that takes longer to its first token than asking takes
/// (<c>bench/peers/joined.sh</c>).
/// </summary>
internal sealed class JoinedStreams(Uri url, int joiners, TimeProvider time)
{
    internal static async Task<int> RunAsync(string[] arguments)
    {
        using BareFanOut? bare = arguments[0] == "bare" ? new(TimeProvider.System) : null;
        Uri url = bare?.Url ?? new(arguments[0]);
        int joiners = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 1000;
        int rounds = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : 5;
        bool isGood = true;
        for (int round = 0; round <= rounds; round++)
        {
            Task answering = bare is null ? Task.CompletedTask : Task.Run(() => bare.AnswerAsync(joiners + 1));
            isGood &= await new JoinedStreams(url, joiners, TimeProvider.System).MeasureAsync(round);
            await answering;
        }

        return isGood ? 0 : 1;
    }

    /// <summary>Round 0 warms up; the question of each round is its own.</summary>
    private async Task<bool> MeasureAsync(int round)
    {
        JoinedClient[] clients = new JoinedClient[joiners + 1];
        for (int i = 0; i < clients.Length; i++)
            clients[i] = await JoinedClient.ConnectAsync(url);
        byte[] request = Request(round);
        long start = time.GetTimestamp();
        Task[] reading = new Task[clients.Length];
        for (int i = 0; i < clients.Length; i++)
        {
            await clients[i].SendAsync(request);
            reading[i] = clients[i].ReadAsync(time);
            // Whoever comes first leads.
            if (i == 0)
                await Task.Delay(TimeSpan.FromMilliseconds(20), time);
        }

        double asked = time.GetElapsedTime(start).TotalMilliseconds;
        await Task.WhenAll(reading);
        double leader = time.GetElapsedTime(start, clients[0].FirstContent).TotalMilliseconds;
        double[] later = [.. clients.Skip(1).Select(client => time.GetElapsedTime(clients[0].FirstContent, client.FirstContent).TotalMilliseconds).Order()];
        int whole = clients.Count(client => client.IsWhole);
        foreach (JoinedClient client in clients)
            client.Dispose();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{(round == 0 ? "warm-up" : $"round {round}")}: all asked after {asked:0} ms, the leader's first content after {leader:0.0} ms; the joiners' later by p50 {later[later.Length / 2]:0.0} p90 {later[later.Length * 9 / 10]:0.0} p99 {later[later.Length * 99 / 100]:0.0} max {later[^1]:0.0} ms; {whole} of {clients.Length} answers whole"));
        return whole == clients.Length && asked < leader;
    }

    private byte[] Request(int round)
    {
        string body = $$"""{"model":"meta/llama-3.1-8b-instruct","stream":true,"temperature":0,"max_tokens":5,"messages":[{"role":"user","content":"Round {{round}} of {{time.GetTimestamp()}}"}]}""";
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"POST /v1/chat/completions HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
    }
}
