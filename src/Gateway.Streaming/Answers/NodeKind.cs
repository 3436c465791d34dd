namespace Gateway.Streaming.Answers;

/// <summary>What an <see cref="AnswerNode"/> is written as.</summary>
internal enum NodeKind : byte
{
    /// <summary><c>null</c>: no chunk said more.</summary>
    Unset,

    /// <summary>One value as it was written: its only piece.</summary>
    Raw,

    /// <summary>A string: its pieces one behind the other, as they were written between their quotes.</summary>
    Text,

    /// <summary>An array: its pieces are runs of elements.</summary>
    List,

    /// <summary>JSON that came as pieces of a string: decoded, it is the value.</summary>
    Decoded,

    /// <summary>An object of child nodes.</summary>
    Object,

    /// <summary>An array of child nodes, in the order of their index.</summary>
    Array,

    /// <summary>An array of child nodes that are objects and say their index.</summary>
    Choices,

    /// <summary>A value that no chunk said.</summary>
    Given,
}
