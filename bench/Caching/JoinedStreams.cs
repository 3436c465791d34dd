using System.Globalization;

namespace Gateway.Bench.Caching;

/// <summary>
/// Identical streams at once, all asked before the first token leaves the upstream: how much later than the first client's the others' first content comes, by the kernel's clock, while the
/// clients sleep. <c>dotnet run --project bench -c Release -- joined URL|bare[:THREADS] [JOINERS [ROUNDS [PID]]]</c>, <c>bare</c> being <see cref="BareFanOut"/>; else needs a cache and an upstream that takes longer to its
/// first token than asking takes, and <see cref="InterToken"/> to the next (<c>bench/peers/joined.sh</c>).
/// With the process that is measured, also what time it had on processors from the last question to all first contents, for each client.
/// </summary>
internal sealed class JoinedStreams(Uri url, int joiners, int? process, TimeProvider time)
{
    /// <summary>Between the first content and the next: what is read before the second comes bears the first one's time.</summary>
    internal static readonly TimeSpan InterToken = TimeSpan.FromMilliseconds(600);

    // From the last question until all are asked upstream or wait, and from the leader's content until it is looked what the others have.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(250);

    // The head of an answer comes with its content.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly StampedReceiver _receiver = new();

    internal static async Task<int> RunAsync(string[] arguments)
    {
        using BareFanOut? bare = BareFanOut.Parse(arguments[0], TimeProvider.System);
        Uri url = bare?.Url ?? new(arguments[0]);
        int joiners = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 1000;
        int rounds = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : 5;
        int? process = arguments.Length > 3 ? int.Parse(arguments[3], CultureInfo.InvariantCulture) : null;
        bool isGood = true;
        for (int round = 0; round <= rounds; round++)
        {
            Task answering = bare is null ? Task.CompletedTask : Task.Run(() => bare.AnswerAsync(joiners + 1));
            isGood &= await new JoinedStreams(url, joiners, process, TimeProvider.System).MeasureAsync(round);
            await answering;
        }

        return isGood ? 0 : 1;
    }

    /// <summary>Round 0 warms up; the question of each round is its own.</summary>
    private async Task<bool> MeasureAsync(int round)
    {
        JoinedClient[] clients = new JoinedClient[joiners + 1];
        for (int i = 0; i < clients.Length; i++)
            clients[i] = new(url);
        byte[] request = Request(round);
        long start = time.GetTimestamp();
        // Whoever comes first leads.
        foreach (JoinedClient client in clients)
            client.Send(request, time);

        double asked = time.GetElapsedTime(start).TotalMilliseconds;
        await Task.Delay(Settling, time);
        bool isEarly = !clients[0].Await(TimeSpan.Zero);
        double before = process is { } asleep ? ProcessTime.Microseconds(asleep) : 0;
        clients[0].Await(Patience);
        await Task.Delay(Settling, time);
        string cost = process is { } busy ? string.Create(CultureInfo.InvariantCulture, $"; {(ProcessTime.Microseconds(busy) - before) / clients.Length:0.0} µs CPU each") : "";
        foreach (JoinedClient client in clients)
            client.ReadFirst(_receiver);
        foreach (JoinedClient client in clients)
            client.ReadRest(_receiver);
        bool isGood = Report(round, asked, isEarly, clients, cost);
        foreach (JoinedClient client in clients)
            client.Dispose();
        return isGood;
    }

    private static bool Report(int round, double asked, bool isEarly, JoinedClient[] clients, string cost)
    {
        string name = round == 0 ? "warm-up" : string.Create(CultureInfo.InvariantCulture, $"round {round}");
        int whole = clients.Count(client => client.IsWhole);
        int stamped = clients.Count(client => client.FirstContent > 0);
        if (stamped < clients.Length)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: NO FIGURE, the kernel gave the first content's time on {stamped} of {clients.Length} connections only; {whole} answers whole"));
            return false;
        }

        JoinedClient leader = clients[0];
        string ownClock = Spread(clients.Skip(1).Select(client => client.TimeToFirstToken - leader.TimeToFirstToken));
        string oneClock = Spread(clients.Skip(1).Select(client => client.FirstContent - leader.FirstContent));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: all asked after {asked:0} ms{(isEarly ? "" : ", TOO LATE")}; the joiners' time to first token less the leader's: {ownClock}; their first content after the leader's: {oneClock}; {whole} of {clients.Length} answers whole{cost}"));
        return whole == clients.Length && isEarly;
    }

    private static string Spread(IEnumerable<long> nanoseconds)
    {
        double[] sorted = [.. nanoseconds.Select(each => each / 1e6).Order()];
        return string.Create(CultureInfo.InvariantCulture, $"min {sorted[0]:0.0} p50 {sorted[sorted.Length / 2]:0.0} p90 {sorted[sorted.Length * 9 / 10]:0.0} p99 {sorted[sorted.Length * 99 / 100]:0.0} max {sorted[^1]:0.0} ms");
    }

    private byte[] Request(int round) =>
        Question.Write(url, $$"""{"model":"meta/llama-3.1-8b-instruct","stream":true,"temperature":0,"max_tokens":2,"messages":[{"role":"user","content":"Round {{round}} of {{time.GetTimestamp()}}"}]}""");
}
