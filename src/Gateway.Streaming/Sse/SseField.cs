namespace Gateway.Streaming.Sse;

/// <summary>The fields that matter to a relay; <c>id</c>, <c>retry</c> and unknown ones are <see cref="Other"/>.</summary>
internal enum SseField
{
    Other,
    Data,
    Event,
    Comment,
}
