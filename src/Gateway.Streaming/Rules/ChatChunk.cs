using Gateway.Streaming.Usage;

namespace Gateway.Streaming.Rules;

/// <summary>What one parsed chat or completion chunk holds.</summary>
internal struct ChatChunk
{
    /// <summary>A non-empty delta field other than <c>role</c>, or non-empty <c>text</c>.</summary>
    public bool HasContent;

    /// <summary>The upstream reports an error instead of a chunk.</summary>
    public bool HasError;

    /// <summary><c>choices</c> is an array without elements.</summary>
    public bool ChoicesAreEmpty;

    /// <summary>Choices with a finish reason.</summary>
    public int Finished;

    /// <summary>Null when absent or <c>null</c>.</summary>
    public TokenUsage? Usage;

    /// <summary>Start of the last content value behind its opening quote; 0 when it was no string.</summary>
    public int ContentStart;

    /// <summary>Length of that string as written, escapes included.</summary>
    public int ContentLength;
}
