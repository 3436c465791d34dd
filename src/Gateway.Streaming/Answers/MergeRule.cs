namespace Gateway.Streaming.Answers;

/// <summary>What becomes of a member that several chunks have. <c>null</c> says nothing under any rule.</summary>
internal enum MergeRule
{
    /// <summary>The last value stays.</summary>
    Last,

    /// <summary>The first value that says something stays.</summary>
    First,

    /// <summary>Like <see cref="First"/>, and two that differ cannot be one answer.</summary>
    Same,

    /// <summary>Strings are joined.</summary>
    Text,

    /// <summary>Elements of arrays are joined.</summary>
    List,

    /// <summary>Elements of arrays are joined; of other values the last stays.</summary>
    ListOrLast,

    /// <summary>Member by member.</summary>
    Object,

    /// <summary>Element by element, by <c>index</c>.</summary>
    Array,

    /// <summary>Like <see cref="Array"/>; the elements keep their <c>index</c>.</summary>
    Choices,

    /// <summary>Pieces of JSON in a string: <c>input</c> of the block.</summary>
    Input,

    /// <summary>One more element of <c>citations</c>.</summary>
    Citation,

    /// <summary>Part of the chunk, not of the answer.</summary>
    Ignored,

    /// <summary>Cannot be part of one answer.</summary>
    Refused,
}
