using Gateway.Streaming.Rules;
using Gateway.Streaming.Sse;

namespace Gateway.Streaming.Relay;

/// <summary>Sees each block behind the rules, and may change what they said.</summary>
internal interface IEventTap
{
    EventVerdict Inspect(in SseFrame frame, EventVerdict verdict);
}
