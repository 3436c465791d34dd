namespace Gateway.Failures;

/// <summary>The one table from failure to HTTP status, error type and wire code (README, "Errors").</summary>
internal static class FailureTable
{
    internal readonly record struct Row(FailureSide Side, int Status, string Type, string Code);

    private const string InvalidRequest = "invalid_request_error";
    private const string UpstreamError = "upstream_error";
    private const string Overloaded = "overloaded_error";
    private const string Timeout = "timeout_error";
    private const string NotPermitted = "permission_error";
    private const string RateLimit = "rate_limit_error";
    private const string NotFound = "not_found_error";

    internal static Row Of(FailureCode code) => code switch
    {
        FailureCode.InvalidJson => new(FailureSide.Client, 400, InvalidRequest, "invalid_json"),
        FailureCode.InvalidBody => new(FailureSide.Client, 400, InvalidRequest, "invalid_body"),
        FailureCode.MissingModel => new(FailureSide.Client, 400, InvalidRequest, "missing_model"),
        FailureCode.DuplicateField => new(FailureSide.Client, 400, InvalidRequest, "duplicate_field"),
        FailureCode.InvalidField => new(FailureSide.Client, 400, InvalidRequest, "invalid_field"),
        FailureCode.InvalidHeader => new(FailureSide.Client, 400, InvalidRequest, "invalid_header"),
        FailureCode.InvalidApiKey => new(FailureSide.Client, 401, "authentication_error", "invalid_api_key"),
        FailureCode.ModelNotAllowed => new(FailureSide.Client, 403, NotPermitted, "model_not_allowed"),
        FailureCode.RouterNotAllowed => new(FailureSide.Client, 403, NotPermitted, "router_not_allowed"),
        FailureCode.ModelNotFound => new(FailureSide.Client, 404, NotFound, "model_not_found"),
        FailureCode.RouterNotFound => new(FailureSide.Client, 404, NotFound, "router_not_found"),
        FailureCode.RouteNotFound => new(FailureSide.Client, 404, NotFound, "route_not_found"),
        FailureCode.ReplicaNotFound => new(FailureSide.Client, 404, NotFound, "replica_not_found"),
        FailureCode.CrossOrigin => new(FailureSide.Client, 403, NotPermitted, "cross_origin"),
        FailureCode.InvalidConfiguration => new(FailureSide.Client, 422, InvalidRequest, "invalid_configuration"),
        FailureCode.NothingToReload => new(FailureSide.Client, 409, InvalidRequest, "nothing_to_reload"),
        FailureCode.ForeignHost => new(FailureSide.Client, 421, InvalidRequest, "foreign_host"),
        FailureCode.InvalidAdminToken => new(FailureSide.Client, 401, "authentication_error", "invalid_admin_token"),
        FailureCode.MethodNotAllowed => new(FailureSide.Client, 405, InvalidRequest, "method_not_allowed"),
        FailureCode.RequestTimeout => new(FailureSide.Client, 408, InvalidRequest, "request_timeout"),
        FailureCode.RequestTooLarge => new(FailureSide.Client, 413, InvalidRequest, "request_too_large"),
        FailureCode.UnsupportedMediaType => new(FailureSide.Client, 415, InvalidRequest, "unsupported_media_type"),
        FailureCode.UpstreamRejected => new(FailureSide.Client, 400, InvalidRequest, "invalid_request"),
        FailureCode.RequestsPerMinute => new(FailureSide.Client, 429, RateLimit, "requests_per_minute"),
        FailureCode.TokensPerMinute => new(FailureSide.Client, 429, RateLimit, "tokens_per_minute"),
        FailureCode.ConcurrentRequests => new(FailureSide.Client, 429, RateLimit, "concurrent_requests"),
        FailureCode.UpstreamRateLimited => new(FailureSide.Upstream, 429, RateLimit, "upstream_rate_limited"),
        FailureCode.UpstreamUnreachable => new(FailureSide.Upstream, 502, UpstreamError, "upstream_unreachable"),
        FailureCode.UpstreamInvalidResponse => new(FailureSide.Upstream, 502, UpstreamError, "upstream_invalid_response"),
        FailureCode.UpstreamFailed => new(FailureSide.Upstream, 502, UpstreamError, "upstream_failed"),
        FailureCode.UpstreamAuth => new(FailureSide.Upstream, 502, UpstreamError, "upstream_auth"),
        FailureCode.Incomplete => new(FailureSide.Upstream, 502, UpstreamError, "upstream_incomplete"),
        FailureCode.NoHealthyReplica => new(FailureSide.Upstream, 503, Overloaded, "no_healthy_replica"),
        FailureCode.UpstreamOverloaded => new(FailureSide.Upstream, 503, Overloaded, "upstream_overloaded"),
        FailureCode.GatewayOverloaded => new(FailureSide.Gateway, 503, Overloaded, "gateway_overloaded"),
        FailureCode.Draining => new(FailureSide.Gateway, 503, Overloaded, "draining"),
        FailureCode.FirstByteTimeout => new(FailureSide.Upstream, 504, Timeout, "first_byte_timeout"),
        FailureCode.IdleTimeout => new(FailureSide.Upstream, 504, Timeout, "idle_timeout"),
        FailureCode.TotalTimeout => new(FailureSide.Upstream, 504, Timeout, "total_timeout"),
        FailureCode.NotCached => new(FailureSide.Client, 504, Timeout, "not_cached"),
        FailureCode.ClientClosed => new(FailureSide.Client, 499, InvalidRequest, "client_closed"),
        _ => new(FailureSide.Gateway, 500, "gateway_error", "internal_error"),
    };
}
