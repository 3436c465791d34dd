using System.Runtime.CompilerServices;

namespace Gateway.Streaming.Answers;

/// <summary>The members of a choice and of its message that stream, where they are present.</summary>
internal struct ChoiceParts
{
    public JsonMember Index;
    public JsonMember Message;
    public JsonMember Text;
    public JsonMember Finish;
    public JsonMember Logprobs;
    public JsonMember Role;
    public JsonMember Calls;
    public JsonMember FunctionCall;
    public MessageTexts Texts;

    /// <summary>The texts of a message, in the order in which they stream.</summary>
    [InlineArray(Count)]
    internal struct MessageTexts
    {
        /// <summary>Reasoning under two names, content, refusal.</summary>
        internal const int Count = 4;

        /// <summary>Position of the content.</summary>
        internal const int Content = 2;

        /// <summary>Position of the refusal.</summary>
        internal const int Refusal = 3;

        private JsonMember _first;

        /// <summary>The member's name.</summary>
        internal static ReadOnlySpan<byte> Name(int text) => text switch
        {
            0 => "reasoning_content"u8,
            1 => "reasoning"u8,
            Content => "content"u8,
            _ => "refusal"u8,
        };
    }
}
