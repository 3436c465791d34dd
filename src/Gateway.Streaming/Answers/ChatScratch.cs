using Gateway.Streaming.Resume;

namespace Gateway.Streaming.Answers;

/// <summary>What a chat stream repeats or puts aside.</summary>
/// <param name="Head">Of every chunk, up to its choices.</param>
/// <param name="Extras">Members of the answer that only the last chunk with a choice has, each with a comma before it.</param>
/// <param name="Message">Members of a choice's message that only its last delta has, each with a comma before it.</param>
internal readonly record struct ChatScratch(PooledBytes Head, PooledBytes Extras, PooledBytes Message);
