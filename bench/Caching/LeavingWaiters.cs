using System.Globalization;
using System.Net.Sockets;

namespace Gateway.Bench.Caching;

/// <summary>
/// Who waits for one answer leaves, one after another: how long after the last one's close the upstream sees its connection closed.
/// <c>dotnet run --project bench -c Release -- leaving URL UPSTREAM-PORT [WAITERS [ROUNDS]]</c>; needs a gateway with a cache whose one upstream is that port (<c>bench/peers/leaving.sh</c>).
/// </summary>
internal sealed class LeavingWaiters(Uri url, HeldUpstream upstream, int waiters, TimeProvider time)
{
    // Until those who came after the first one have joined it, and until it would be seen that somebody's leaving has ended the call for the others.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly byte[] _received = new byte[16 << 10];

    internal static async Task<int> RunAsync(string[] arguments)
    {
        using HeldUpstream upstream = new(int.Parse(arguments[1], CultureInfo.InvariantCulture));
        int waiters = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : 5;
        int rounds = arguments.Length > 3 ? int.Parse(arguments[3], CultureInfo.InvariantCulture) : 100;
        LeavingWaiters leaving = new(new(arguments[0]), upstream, waiters, TimeProvider.System);
        bool isGood = await leaving.MeasureAsync("stream, after content", isStream: true, speaks: true, rounds);
        isGood &= await leaving.MeasureAsync("stream, before content", isStream: true, speaks: false, rounds);
        isGood &= await leaving.MeasureAsync("unary", isStream: false, speaks: false, rounds);
        return isGood ? 0 : 1;
    }

    private async Task<bool> MeasureAsync(string name, bool isStream, bool speaks, int rounds)
    {
        double[] delays = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            if (await LeaveAsync(isStream, speaks) is not { } delay)
            {
                Console.WriteLine($"{name}: NO FIGURE, there was a second call, or it ended before the last one left, or not at all");
                return false;
            }

            delays[round] = delay;
        }

        Array.Sort(delays);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: the last of {waiters} leaves, the upstream sees the close after p50 {delays[rounds / 2]:0.00} p99 {delays[rounds * 99 / 100]:0.00} max {delays[^1]:0.00} ms ({rounds} times)"));
        return true;
    }

    /// <returns>Milliseconds; null: not what was to be measured.</returns>
    private async Task<double?> LeaveAsync(bool isStream, bool speaks)
    {
        byte[] request = Request(isStream);
        Socket[] clients = new Socket[waiters];
        for (int i = 0; i < clients.Length; i++)
        {
            clients[i] = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await clients[i].ConnectAsync(url.Host, url.Port);
            clients[i].Send(request);
            if (i == 0)
                upstream.Take(speaks);
        }

        await Task.Delay(Settling, time);
        foreach (Socket client in clients)
        {
            if (speaks)
                client.Receive(_received);
        }

        foreach (Socket client in clients[1..])
            client.Dispose();
        await Task.Delay(Settling, time);
        bool isShared = !upstream.IsLeft(TimeSpan.Zero) && !upstream.IsAskedTwice;
        long start = time.GetTimestamp();
        clients[0].Dispose();
        bool isLeft = upstream.IsLeft(Patience);
        double delay = time.GetElapsedTime(start).TotalMilliseconds;
        upstream.Drop();
        return isShared && isLeft ? delay : null;
    }

    private byte[] Request(bool isStream) =>
        Question.Write(url, $$"""{"stream":{{(isStream ? "true" : "false")}},"temperature":0,"messages":[{"role":"user","content":"{{time.GetTimestamp()}}"}],"model":"m"}""");
}
