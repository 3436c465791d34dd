using Gateway.Streaming.Sources;

namespace Gateway.Streaming.Relay;

/// <summary>What one step of the relay did.</summary>
/// <param name="Status"><see cref="ReadStatus.Data"/>: more may be there at once. <see cref="ReadStatus.Blocked"/>: wait. Otherwise the source is at its end.</param>
/// <param name="Signal">Anything but <see cref="StreamSignal.None"/> ends the stream.</param>
/// <param name="Visible">Bytes that were advanced in the client's writer (or are held).</param>
/// <param name="Events">Blocks with data that were seen.</param>
/// <param name="ContentEvents">Blocks with content that became visible.</param>
public readonly record struct RelayStep(ReadStatus Status, StreamSignal Signal, int Visible, int Events, int ContentEvents);
