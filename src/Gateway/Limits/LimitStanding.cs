namespace Gateway.Limits;

/// <summary>How one limit stands after a request was counted: the <c>x-ratelimit-*</c> headers.</summary>
/// <param name="Limit">Per minute.</param>
/// <param name="Remaining">What may still come at once; never negative.</param>
/// <param name="Reset">Until the limit is whole again.</param>
internal readonly record struct LimitStanding(long Limit, long Remaining, TimeSpan Reset);
