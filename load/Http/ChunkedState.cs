namespace Gateway.Load.Http;

/// <summary>What the next byte of a chunked body belongs to.</summary>
internal enum ChunkedState
{
    Size,
    Extension,
    Data,
    DataEnd,
    Trailer,
    Complete,
}
