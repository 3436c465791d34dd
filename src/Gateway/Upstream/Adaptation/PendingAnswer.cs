using System.Buffers;
using System.Text;
using Gateway.Credentials;
using Gateway.Telemetry;
using Gateway.Upstream.Http1;

namespace Gateway.Upstream.Adaptation;

/// <summary>
/// NVIDIA's functions may answer late: 202 with <c>NVCF-REQID</c>, and <c>GET …/v2/nvcf/pexec/status/{id}</c> is asked until it has the answer, or says by a 302
/// where it lies.
/// </summary>
internal sealed class PendingAnswer(UpstreamCall call, Replica replica, TimeProvider time, CancellationToken cancellation)
{
    private const int MaxIdLength = 128;
    private const int MaxBody = 64 << 10;
    private const string StatusPath = "/v2/nvcf/pexec/status/";

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(100);

    private static readonly SearchValues<byte> IdCharacters = SearchValues.Create("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Whether it is there: a 202 whose id can be put into a path.</summary>
    internal static bool Is(Http1Response head) => head.StatusCode == 202 && IdOf(head) is not null;

    /// <summary>Asks until there is another answer than 202. Takes <paramref name="pending"/>; the caller disposes what it gets.</summary>
    /// <returns>Null when cancelled.</returns>
    /// <exception cref="UpstreamTransportException">The status host cannot be reached.</exception>
    internal async ValueTask<Http1Exchange?> AwaitAsync(Http1Exchange pending)
    {
        Uri status = StatusUrl(IdOf(pending.Response)!);
        TimeSpan backoff = FirstWait;
        while (true)
        {
            TimeSpan wait = StatusMapper.RetryAfter(pending.Response, time) ?? backoff;
            await FinishAsync(pending);
            if (!await PauseAsync(wait < ShortestWait ? ShortestWait : wait))
                return null;
            backoff = backoff * 2 < LongestBackoff ? backoff * 2 : LongestBackoff;
            pending = await GetAsync(StatusPool, status, isOurs: true);
            if (pending.Response.StatusCode == 302)
                return await FollowAsync(pending, status);
            if (pending.Response.StatusCode != 202)
                return pending;
        }
    }

    private bool IsHosted => Configuration.HostedNim.Is(replica.BaseUrl);

    private Http1Pool StatusPool => IsHosted ? replica.Provider.StatusPool : replica.Pool;

    private Uri StatusUrl(string id) =>
        new(IsHosted ? Configuration.HostedNim.StatusUrl : new Uri(replica.BaseUrl, "/"), (IsHosted ? "" : replica.PathPrefix) + StatusPath + id);

    private static string? IdOf(Http1Response head) =>
        head.TryGetHeader("nvcf-reqid"u8, out ReadOnlySpan<byte> id) && id.Length is > 0 and <= MaxIdLength && !id.ContainsAnyExcept(IdCharacters)
            ? Encoding.ASCII.GetString(id)
            : null;

    /// <summary>The answer lies elsewhere. Our credential goes to the status host's own origin only; another one has to be https.</summary>
    private async ValueTask<Http1Exchange?> FollowAsync(Http1Exchange redirect, Uri status)
    {
        if (Target(redirect.Response, status) is not { } target)
            return redirect;
        await FinishAsync(redirect);
        if (IsSameOrigin(target, status))
            return await GetAsync(StatusPool, target, isOurs: true);
        // What runs on a disposed pool ends as usual; nothing of it is kept.
        using Http1Pool pool = replica.Provider.NewPool(target, address: null);
        return await GetAsync(pool, target, isOurs: false);
    }

    private static Uri? Target(Http1Response head, Uri status)
    {
        if (!head.TryGetHeader("location"u8, out ReadOnlySpan<byte> location) || !Uri.TryCreate(status, Encoding.Latin1.GetString(location), out Uri? target))
            return null;
        return target.UserInfo.Length == 0 && (target.Scheme == Uri.UriSchemeHttps || IsSameOrigin(target, status)) ? target : null;
    }

    private static bool IsSameOrigin(Uri one, Uri other) => one.Scheme == other.Scheme && one.Authority == other.Authority;

    private async ValueTask<Http1Exchange> GetAsync(Http1Pool pool, Uri url, bool isOurs)
    {
        // Asked for each time: the answer may be longer in coming than a token lives. Without one the status host says what it thinks of that.
        Credential? credential = isOurs ? await replica.Provider.Credentials.GetAsync(cancellation) : null;
        using PooledBuffer buffer = new();
        WriteHead(buffer, url, isOurs, credential ?? Credential.None);
        return await pool.SendAsync(buffer.Written, default, cancellation);
    }

    private void WriteHead(PooledBuffer buffer, Uri url, bool isOurs, Credential credential)
    {
        RequestHeadWriter head = new(buffer);
        head.Start("GET"u8, Encoding.ASCII.GetBytes(url.PathAndQuery), Replica.HostOf(url));
        head.Header("Accept"u8, "application/json, text/event-stream"u8);
        head.Header("User-Agent"u8, ProductName.UserAgent);
        if (isOurs)
        {
            head.Header("x-request-id"u8, call.RequestId);
            UpstreamRequest.WriteProviderHeaders(head, replica.Provider, credential);
        }
        else
        {
            head.Header("Accept-Encoding"u8, "identity"u8);
        }

        head.End();
    }

    /// <summary>Reads what little there is, so that the connection can be kept.</summary>
    private static async ValueTask FinishAsync(Http1Exchange exchange)
    {
        using (exchange)
        {
            using UnaryBody body = new();
            await body.ReadAsync(exchange.Body, exchange.Response.ContentLength, MaxBody);
        }
    }

    private async ValueTask<bool> PauseAsync(TimeSpan wait)
    {
        await Task.Delay(wait, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cancellation.IsCancellationRequested;
    }
}
