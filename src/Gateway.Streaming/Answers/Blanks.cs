namespace Gateway.Streaming.Answers;

/// <summary>Which members an object has no value for yet when its stream begins.</summary>
internal enum Blanks
{
    None,

    /// <summary>A tool call of a chat answer.</summary>
    Call,

    /// <summary>Name and arguments of a tool call.</summary>
    Function,

    /// <summary>Name and input of a custom tool call.</summary>
    Custom,

    /// <summary>Anthropic's message.</summary>
    Message,

    /// <summary>Anthropic's usage.</summary>
    Counts,

    /// <summary>Anthropic's content block.</summary>
    Block,

    /// <summary>A response.</summary>
    Response,

    /// <summary>An output item of a response whose content follows in events of its own.</summary>
    Item,

    /// <summary>An output item of a response that comes whole.</summary>
    WholeItem,

    /// <summary>A part of an output item.</summary>
    Part,
}
