namespace Gateway.Streaming.Resume;

/// <summary>What a <see cref="ChunkPart"/> is. Empty strings, arrays and objects, <c>null</c> and <c>false</c> make no part of their own.</summary>
internal enum PartKind
{
    // The texts of a choice come first: they index its array of texts.

    /// <summary><c>delta.content</c>.</summary>
    Content,

    /// <summary><c>delta.reasoning</c>.</summary>
    Reasoning,

    /// <summary><c>delta.reasoning_content</c>.</summary>
    ReasoningContent,

    /// <summary><c>delta.refusal</c>.</summary>
    Refusal,

    /// <summary><c>text</c> of a completion.</summary>
    Text,

    /// <summary>A tool call's <c>function.arguments</c>.</summary>
    Arguments,

    /// <summary>A tool call's <c>function.name</c>.</summary>
    CallName,

    /// <summary>A tool call's <c>id</c> or <c>type</c>: the whole member.</summary>
    CallMember,

    /// <summary><c>delta.role</c>: the whole member.</summary>
    Role,

    /// <summary>A finish reason.</summary>
    Finish,

    /// <summary>Content of a kind that cannot be compared: log probabilities, audio, fields nobody knows.</summary>
    Unknown,

    /// <summary>Another member of a choice that carries no content: the whole member.</summary>
    ChoiceMember,

    /// <summary>A whole element of <c>choices</c>; its parts follow.</summary>
    Choice,

    /// <summary>The chunk's <c>id</c>.</summary>
    Id,

    /// <summary>Where <c>choices</c> stands among the chunk's members; its elements follow.</summary>
    Choices,

    /// <summary>Another member of the chunk: the whole member.</summary>
    Member,
}
