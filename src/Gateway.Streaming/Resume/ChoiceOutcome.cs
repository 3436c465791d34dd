namespace Gateway.Streaming.Resume;

/// <summary>What becomes of a choice of one chunk.</summary>
internal enum ChoiceOutcome
{
    /// <summary>To the client byte for byte.</summary>
    Keep,

    /// <summary>To the client without the parts it has.</summary>
    Rewrite,

    /// <summary>The client has all of it.</summary>
    Drop,

    /// <summary>It differs from what the client has.</summary>
    Diverge,
}
