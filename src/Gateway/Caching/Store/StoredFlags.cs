namespace Gateway.Caching.Store;

/// <summary>What a stored value holds.</summary>
[Flags]
internal enum StoredFlags : byte
{
    None = 0,

    Compressed = 1,

    /// <summary><see cref="AnswerShape.Stream"/>.</summary>
    Stream = 2,

    KeyId = 4,

    Usage = 8,

    All = Compressed | Stream | KeyId | Usage,
}
