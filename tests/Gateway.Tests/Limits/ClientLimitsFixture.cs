using Gateway.Failures;
using Gateway.Limits;
using Gateway.Telemetry;
using Gateway.Tests.Requests;
using Microsoft.AspNetCore.Http;
using TestKit.Clocks;

namespace Gateway.Tests.Limits;

/// <summary>Limits of clients on counts of this process, and one chat request of eight bytes of text that limits no tokens.</summary>
internal sealed class ClientLimitsFixture
{
    /// <summary>Tokens of its text and the 512 that are assumed beyond it.</summary>
    public const int Estimate = 514;

    private readonly ScannedRequest _request = new("""{"model":"m","messages":[{"role":"user","content":"12345678"}]}""");

    public ClientLimitsFixture() => Limits = new(Counts);

    public LocalLimits Counts { get; } = new(new ManualTimeProvider());

    public ClientLimits Limits { get; }

    public HttpResponse Response { get; } = new DefaultHttpContext().Response;

    public static RequestOutcome NewOutcome() => new() { RequestId = "r", Method = "POST", Path = "/" };

    public ValueTask<Failure?> AdmitAsync(LimitScope? key, LimitScope? router, RequestOutcome outcome) => Limits.AdmitAsync(key, router, Response, outcome, default);

    public ValueTask<Failure?> ReserveAsync(RequestOutcome outcome) => Limits.ReserveAsync(_request.Fields, _request.Body, Response, outcome, default);

    public ValueTask<bool> ReserveCallAsync(RequestOutcome request, RequestOutcome call) => Limits.ReserveCallAsync(_request.Fields, _request.Body, request, call);
}
