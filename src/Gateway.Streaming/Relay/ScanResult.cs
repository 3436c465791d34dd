namespace Gateway.Streaming.Relay;

/// <summary>What <see cref="StreamScanner.Scan"/> made of a buffer.</summary>
/// <param name="Visible">Bytes from the start of the buffer that may go to the client: whole blocks only.</param>
/// <param name="TailStart">Where the incomplete block starts; it reaches to the end of the scanned bytes.</param>
/// <param name="Signal">Anything but <see cref="StreamSignal.None"/> ends the stream.</param>
/// <param name="Events">Blocks with data, dropped ones included: comments alone are no sign of life.</param>
/// <param name="ContentEvents">Visible blocks that carry content.</param>
public readonly record struct ScanResult(int Visible, int TailStart, StreamSignal Signal, int Events, int ContentEvents);
