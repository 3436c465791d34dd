namespace Gateway.Streaming.Tests.Sse;

/// <summary>A copy of one frame.</summary>
internal sealed record ReadBlock(string Raw, string Name, string Data, string Comment, int DataLines);
