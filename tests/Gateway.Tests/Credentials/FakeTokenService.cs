using System.Text;
using System.Threading.Channels;
using Gateway.Configuration;

namespace Gateway.Tests.Credentials;

/// <summary>A token service that answers when the test says so.</summary>
internal sealed class FakeTokenService
{
    private readonly Channel<Exchange> _asked = Channel.CreateUnbounded<Exchange>();
    private int _count;

    /// <summary>Requests so far.</summary>
    public int Count => Volatile.Read(ref _count);

    public Task<(int Status, byte[] Body)> PostAsync(Secret form, Secret? authorization, CancellationToken cancellation)
    {
        Exchange exchange = new(form.Reveal(), authorization?.Reveal(), cancellation);
        Interlocked.Increment(ref _count);
        _asked.Writer.TryWrite(exchange);
        return exchange.Answer;
    }

    /// <summary>The next request, once it has come.</summary>
    public Task<Exchange> NextAsync() => _asked.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(5));

    /// <param name="form">The request's body.</param>
    /// <param name="authorization">Its header.</param>
    /// <param name="cancellation">Ends it.</param>
    internal sealed class Exchange(string form, string? authorization, CancellationToken cancellation)
    {
        private readonly TaskCompletionSource<(int, byte[])> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Form => form;

        public string? Authorization => authorization;

        public CancellationToken Cancellation => cancellation;

        internal Task<(int, byte[])> Answer => _answer.Task;

        public void Reply(string body, int status = 200) => _answer.SetResult((status, Encoding.UTF8.GetBytes(body)));

        public void Token(string token, int seconds = 900) => Reply($$"""{"access_token":"{{token}}","expires_in":{{seconds}},"token_type":"Bearer"}""");

        public void Break() => _answer.SetException(new IOException("broken"));
    }
}
