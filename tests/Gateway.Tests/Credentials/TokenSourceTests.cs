using Gateway.Configuration;
using Gateway.Credentials;
using TestKit.Clocks;

namespace Gateway.Tests.Credentials;

public sealed class TokenSourceTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ManualTimeProvider _time = new();
    private readonly FakeTokenService _service = new();
    private readonly List<TokenRefresh> _refreshes = [];
    private readonly TokenSource _source;
    private Secret _secret = new("s");

    public TokenSourceTests()
    {
        OAuth2Options options = new() { TokenUrl = new("https://t"), ClientId = "id", ClientSecret = new("unused"), Scope = "a b" };
        _source = new("p", options, _service.PostAsync, () => _secret, _time, new NoJitter(), refresh =>
        {
            lock (_refreshes)
                _refreshes.Add(refresh);
        });
        _source.Start();
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    [Fact]
    public async Task Get_ManyBeforeTheFirstToken_OneRequestServesThemAll()
    {
        Task<Credential?>[] waiting = [.. Enumerable.Range(0, 50).Select(_ => _source.GetAsync(default).AsTask())];
        FakeTokenService.Exchange asked = await _service.NextAsync();
        Assert.All(waiting, task => Assert.False(task.IsCompleted));
        asked.Token("one");

        Credential?[] got = await Task.WhenAll(waiting).WaitAsync(Patience);
        Assert.Equal("Bearer one", got[0]!.Value.Reveal());
        Assert.All(got, credential => Assert.Same(got[0], credential));
        Assert.Equal(1, _service.Count);
        Assert.Equal(("grant_type=client_credentials&scope=a%20b", "Basic aWQ6cw=="), (asked.Form, asked.Authorization));
    }

    [Fact]
    public async Task Get_ValidToken_NeitherWaitsNorAllocates()
    {
        await HaveAsync("one");
        Assert.NotNull(await NowAsync());
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            _ = await _source.GetAsync(default);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(900, 840)]
    [InlineData(300, 240)]
    [InlineData(100, 80)]
    [InlineData(1, 1)]
    public async Task Refresh_BeforeTheEnd_NobodyWaits(int lifetime, int refreshed)
    {
        await HaveAsync("one", lifetime);
        await _time.SleepsAsync(TimeSpan.FromSeconds(refreshed));
        _time.Advance(TimeSpan.FromSeconds(refreshed));
        FakeTokenService.Exchange asked = await _service.NextAsync();
        if (lifetime > 1)
            Assert.Equal("Bearer one", await NowAsync());
        asked.Token("two");
        await _time.SleepsAsync(TimeSpan.FromSeconds(840));
        Assert.Equal("Bearer two", await NowAsync());
    }

    [Fact]
    public async Task Refresh_Fails_TheOldTokenServesUntilItsEndAndPausesGrow()
    {
        await HaveAsync("one", 900);
        await _time.SleepsAsync(TimeSpan.FromSeconds(840));
        _time.Advance(TimeSpan.FromSeconds(840));
        foreach (int pause in (int[])[1, 2, 4, 8, 16])
        {
            (await _service.NextAsync()).Reply("oops", 500);
            await _time.SleepsAsync(TimeSpan.FromSeconds(pause));
            Assert.Equal("Bearer one", await NowAsync());
            _time.Advance(TimeSpan.FromSeconds(pause));
        }

        (await _service.NextAsync()).Reply("oops", 500);
        await _time.SleepsAsync(TimeSpan.FromSeconds(32));
        _time.Advance(TimeSpan.FromSeconds(24));
        Assert.Null(await NowAsync());
        Assert.False(_source.IsAvailable);
        _time.Advance(TimeSpan.FromSeconds(8));
        (await _service.NextAsync()).Token("two");
        await _time.SleepsAsync(TimeSpan.FromSeconds(840));
        Assert.Equal("Bearer two", await NowAsync());
        Assert.True(_source.IsAvailable);
        Assert.Equal([(null, true), ("status 500", true), (null, true)], Changes());
    }

    [Theory]
    [InlineData("", 200, "its answer is no JSON object")]
    [InlineData("<html>", 200, "its answer is no JSON object")]
    [InlineData("{}", 200, "its answer has no usable access_token")]
    [InlineData("""{"access_token":"a\r\nb"}""", 200, "its answer has no usable access_token")]
    [InlineData("""{"access_token":7}""", 200, "its answer has no usable access_token")]
    [InlineData("""{"access_token":"x","token_type":"mac"}""", 200, "its token is no bearer token")]
    [InlineData("""{"access_token":"x","expires_in":0}""", 200, "its token has expired already")]
    [InlineData("""{"error":"invalid_client","error_description":"secret s"}""", 401, "status 401, invalid_client")]
    [InlineData("""{"error":"a b"}""", 400, "status 400")]
    [InlineData("", 302, "status 302")]
    [InlineData("", 0, "no answer")]
    public async Task Get_ServiceGivesNone_FailsForAllWhoWaitAndAtOnceAfterwards(string body, int status, string problem)
    {
        Task<Credential?>[] waiting = [_source.GetAsync(default).AsTask(), _source.GetAsync(default).AsTask()];
        (await _service.NextAsync()).Reply(body, status);
        Assert.All(await Task.WhenAll(waiting).WaitAsync(Patience), Assert.Null);
        Assert.Null(await NowAsync());
        await _time.SleepsAsync(TimeSpan.FromSeconds(1));
        Assert.Equal([(problem, true)], Changes());
    }

    [Theory]
    [InlineData("""{"access_token":"x","expires_in":"600"}""", 540)]
    [InlineData("""{"access_token":"x","expires_in":600.5,"more":{"a":[1]}}""", 540.5)]
    [InlineData("""{"token_type":"bearer","access_token":"x"}""", 840)]
    [InlineData("""{"access_token":"x","expires_in":null}""", 840)]
    [InlineData("""{"access_token":"x","expires_in":1e30}""", 86340)]
    public async Task Get_LenientReplies_AreRead(string body, double refreshed)
    {
        (await _service.NextAsync()).Reply(body);
        await _time.SleepsAsync(TimeSpan.FromSeconds(refreshed));
        Assert.Equal("Bearer x", await NowAsync());
    }

    [Fact]
    public async Task Get_SilentService_EndsAfterItsTime()
    {
        Task<Credential?> waiting = _source.GetAsync(default).AsTask();
        FakeTokenService.Exchange asked = await _service.NextAsync();
        await _time.SleepsAsync(TokenSource.RequestTimeout);
        _time.Advance(TokenSource.RequestTimeout);
        Assert.Null(await waiting.WaitAsync(Patience));
        Assert.True(asked.Cancellation.IsCancellationRequested);
        await _time.SleepsAsync(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        (await _service.NextAsync()).Token("late");
        Assert.NotNull(await TokenAsync());
    }

    [Fact]
    public async Task Get_BrokenConnection_IsAFailedTry()
    {
        Task<Credential?> waiting = _source.GetAsync(default).AsTask();
        (await _service.NextAsync()).Break();
        Assert.Null(await waiting.WaitAsync(Patience));
    }

    [Fact]
    public async Task Get_CallerLeaves_OthersStillGetTheToken()
    {
        using CancellationTokenSource leaves = new();
        Task<Credential?> leaver = _source.GetAsync(leaves.Token).AsTask(), stays = _source.GetAsync(default).AsTask();
        FakeTokenService.Exchange asked = await _service.NextAsync();
        await leaves.CancelAsync();
        Assert.Null(await leaver.WaitAsync(Patience));
        asked.Token("one");
        Assert.NotNull(await stays.WaitAsync(Patience));
    }

    [Fact]
    public async Task Reject_ManyAtOnce_OneNewToken()
    {
        Credential one = await HaveAsync("one");
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Assert.True(_source.Reject(one)))));
        Task<Credential?>[] waiting = [.. Enumerable.Range(0, 20).Select(_ => _source.GetAsync(default).AsTask())];
        (await _service.NextAsync()).Token("two");
        Assert.All(await Task.WhenAll(waiting).WaitAsync(Patience), credential => Assert.Equal("Bearer two", credential!.Value.Reveal()));
        Assert.Equal(2, _service.Count);
    }

    [Fact]
    public async Task Reject_WhileItIsBeingRefreshed_JoinsThatRefresh()
    {
        Credential one = await HaveAsync("one");
        await _time.SleepsAsync(TimeSpan.FromSeconds(840));
        _time.Advance(TimeSpan.FromSeconds(840));
        FakeTokenService.Exchange asked = await _service.NextAsync();
        Assert.True(_source.Reject(one));
        Task<Credential?> waiting = _source.GetAsync(default).AsTask();
        Assert.False(waiting.IsCompleted);
        asked.Token("two");
        Assert.Equal("Bearer two", (await waiting.WaitAsync(Patience))!.Value.Reveal());
        Assert.Equal(2, _service.Count);
    }

    [Fact]
    public async Task Reject_AnOldToken_TheNewOneStays()
    {
        Credential one = await HaveAsync("one");
        Assert.True(_source.Reject(one));
        (await _service.NextAsync()).Token("two");
        await TokenAsync();
        Assert.True(_source.Reject(one));
        Assert.Equal("Bearer two", await NowAsync());
    }

    [Fact]
    public async Task Reject_TheReplacementToo_IsKeptForAWhile()
    {
        Assert.True(_source.Reject(await HaveAsync("one")));
        (await _service.NextAsync()).Token("two");
        Credential two = (await TokenAsync())!;
        Assert.False(_source.Reject(two));
        Assert.Equal("Bearer two", await NowAsync());
        _time.Advance(TokenSource.RejectionPause);
        Assert.True(_source.Reject(two));
        (await _service.NextAsync()).Token("three");
        Credential three = (await TokenAsync())!;
        three.HasWorked = true;
        Assert.True(_source.Reject(three));
    }

    [Fact]
    public async Task Reject_ThenTheServiceFails_TheWaiterIsToldAndTheNextOneToo()
    {
        Assert.True(_source.Reject(await HaveAsync("one")));
        Task<Credential?> waiting = _source.GetAsync(default).AsTask();
        (await _service.NextAsync()).Reply("", 503);
        Assert.Null(await waiting.WaitAsync(Patience));
        Assert.Null(await NowAsync());
    }

    [Fact]
    public async Task Secret_IsReadBeforeEachToken()
    {
        Credential one = await HaveAsync("one");
        _secret = new("rotated");
        _source.Reject(one);
        Assert.Equal("Basic " + Convert.ToBase64String("id:rotated"u8), (await _service.NextAsync()).Authorization);
    }

    [Fact]
    public async Task Dispose_WhileSomebodyWaits_LetsThemGo()
    {
        Task<Credential?> waiting = _source.GetAsync(default).AsTask();
        await _service.NextAsync();
        await _source.DisposeAsync();
        Assert.Null(await waiting.WaitAsync(Patience));
        Assert.Null(await _source.GetAsync(default).AsTask().WaitAsync(Patience));
    }

    [Fact]
    public void Request_InTheBody_HoldsIdAndSecretEncoded()
    {
        TokenRequest request = TokenRequest.Of(new() { TokenUrl = new("https://t"), ClientId = "i&d", ClientSecret = new("x"), AuthStyle = OAuth2AuthStyle.Body }, new("s=+%"));
        Assert.Null(request.Authorization);
        Assert.Equal("grant_type=client_credentials&client_id=i%26d&client_secret=s%3D%2B%25", request.Form.Reveal());
    }

    private async Task<Credential> HaveAsync(string token, int seconds = 900)
    {
        (await _service.NextAsync()).Token(token, seconds);
        return (await TokenAsync())!;
    }

    /// <summary>With the round that is under way; what follows it is then asleep.</summary>
    private async Task<Credential?> TokenAsync() => await _source.GetAsync(default).AsTask().WaitAsync(Patience);

    /// <summary>What a request gets without waiting; fails when it would wait.</summary>
    private async ValueTask<string?> NowAsync()
    {
        ValueTask<Credential?> got = _source.GetAsync(default);
        Assert.True(got.IsCompletedSuccessfully, "would wait");
        return (await got)?.Value.Reveal();
    }

    private List<(string?, bool)> Changes()
    {
        lock (_refreshes)
            return [.. _refreshes.Where(refresh => refresh.IsChange).Select(refresh => (refresh.Problem, refresh.IsChange))];
    }

    private sealed class NoJitter : Random
    {
        public override double NextDouble() => 0;
    }
}
