namespace Gateway.Streaming.Answers;

/// <summary>Names and values that an assembled answer has and its stream has not.</summary>
internal static class AnswerNames
{
    internal static readonly byte[] Message = "message"u8.ToArray();
    internal static readonly byte[] Role = "role"u8.ToArray();
    internal static readonly byte[] Content = "content"u8.ToArray();
    internal static readonly byte[] Text = "text"u8.ToArray();
    internal static readonly byte[] Object = "object"u8.ToArray();
    internal static readonly byte[] Input = "input"u8.ToArray();
    internal static readonly byte[] Citations = "citations"u8.ToArray();
    internal static readonly byte[] Assistant = "\"assistant\""u8.ToArray();
    internal static readonly byte[] Null = "null"u8.ToArray();
    internal static readonly byte[] NoText = "\"\""u8.ToArray();
    internal static readonly byte[] ChatCompletion = "\"chat.completion\""u8.ToArray();
    internal static readonly byte[] TextCompletion = "\"text_completion\""u8.ToArray();
}
