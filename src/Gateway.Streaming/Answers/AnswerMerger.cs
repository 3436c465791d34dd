using System.Buffers.Text;

namespace Gateway.Streaming.Answers;

/// <summary>
/// Merges objects of a stream into an <see cref="AnswerTree"/> by the <see cref="MergeRules"/>. Every method that says false has met what cannot be
/// part of one answer; the tree is then of no use.
/// </summary>
/// <remarks>
/// Texts are joined as they are written between their quotes. That is right without decoding: a JSON string is a sequence of characters and escapes
/// that each stand for UTF-16 code units, none reaches over a quote, so the units of the joined text are the joined units; a surrogate pair that was
/// split over two chunks is whole again.
/// </remarks>
internal ref struct AnswerMerger(ReadOnlySpan<byte> source, AnswerTree tree)
{
    private readonly ReadOnlySpan<byte> _source = source;

    /// <summary>Texts and elements that were joined; what the caller resets.</summary>
    internal int Joined;

    /// <summary>The node of the last text that was joined.</summary>
    internal int TextNode;

    /// <summary>Where that text is written.</summary>
    internal JsonMember LastText;

    /// <summary>Merges the members of one object. Recursion is as deep as the shapes nest.</summary>
    internal bool TryMerge(int node, int start, MergeShape shape)
    {
        if (!TryBecome(node, NodeKind.Object))
            return false;
        JsonMembers members = new(_source, start);
        while (members.TryNext(out JsonMember member))
        {
            if (!TryMergeMember(node, member, shape))
                return false;
        }

        return true;
    }

    private bool TryMergeMember(int node, in JsonMember member, MergeShape shape)
    {
        ReadOnlySpan<byte> name = member.Name(_source);
        // A known name may hide behind escapes; no server writes any.
        if (name.Contains((byte)'\\'))
            return false;
        MergeRule rule = MergeRules.Of(shape, name, out MergeShape below);
        bool isNull = member.Kind(_source) == 'n';
        if (rule is MergeRule.Ignored or MergeRule.Refused)
            return rule == MergeRule.Ignored || isNull;
        int child = rule switch
        {
            MergeRule.Input => tree.FindOrAdd(_source, node, AnswerNames.Input),
            MergeRule.Citation => tree.FindOrAdd(_source, node, AnswerNames.Citations),
            _ when below == MergeShape.Delta => tree.FindOrAdd(_source, node, AnswerNames.Message),
            _ => tree.FindOrAdd(_source, node, member),
        };
        return child >= 0 && (isNull || TryMergeValue(child, member, rule, below));
    }

    private bool TryMergeValue(int node, in JsonMember value, MergeRule rule, MergeShape below)
    {
        byte kind = value.Kind(_source);
        switch (rule)
        {
            case MergeRule.First or MergeRule.Same:
                return TryKeepFirst(node, value, rule);
            case MergeRule.Text:
                return kind == '"' && TryAppendText(node, NodeKind.Text, value);
            case MergeRule.Input:
                return kind == '"' && TryAppendInput(node, value);
            case MergeRule.List:
                return kind == '[' && TryAppendElements(node, value);
            case MergeRule.ListOrLast when kind == '[':
                return TryAppendElements(node, value);
            case MergeRule.Citation:
                Joined++;
                return tree.TryAppend(node, NodeKind.List, value.Start, value.Length);
            case MergeRule.Object:
                return kind == '{' && TryMerge(node, value.Start, below);
            case MergeRule.Array or MergeRule.Choices:
                return kind == '[' && TryMergeElements(node, value, rule == MergeRule.Array ? NodeKind.Array : NodeKind.Choices, below);
            default:
                return tree.TrySet(node, value.Start, value.Length);
        }
    }

    private bool TryKeepFirst(int node, in JsonMember value, MergeRule rule)
    {
        if (!tree.IsRaw(_source, node, out ReadOnlySpan<byte> first) || !new JsonMember(0, 0, 0, first.Length).IsFilled(first))
            return tree.TrySet(node, value.Start, value.Length);
        return rule != MergeRule.Same || !value.IsFilled(_source) || value.Value(_source).SequenceEqual(first);
    }

    private bool TryAppendText(int node, NodeKind kind, in JsonMember value)
    {
        if (value.Length > 2)
            (Joined, TextNode, LastText) = (Joined + 1, node, value);
        return tree.TryAppend(node, kind, value.Start + 1, value.Length - 2);
    }

    /// <summary>A block starts with the input <c>{}</c>; the first piece replaces it.</summary>
    private bool TryAppendInput(int node, in JsonMember value)
    {
        if (value.Length == 2)
            return true;
        ref AnswerNode input = ref tree[node];
        if (input.Kind == NodeKind.Raw)
            input.Kind = NodeKind.Unset;
        return TryAppendText(node, NodeKind.Decoded, value);
    }

    /// <summary>What is between the brackets, as one piece.</summary>
    private bool TryAppendElements(int node, in JsonMember value)
    {
        JsonElements elements = new(_source, value.Start);
        if (!elements.TryNext(out JsonMember first))
            return tree.TryAppend(node, NodeKind.List, 0, 0);
        Joined++;
        return tree.TryAppend(node, NodeKind.List, first.Start, value.Start + value.Length - 1 - first.Start);
    }

    private bool TryMergeElements(int node, in JsonMember array, NodeKind kind, MergeShape below)
    {
        if (!TryBecome(node, kind))
            return false;
        JsonElements elements = new(_source, array.Start);
        for (int position = 0; elements.TryNext(out JsonMember element); position++)
        {
            if (element.Kind(_source) != '{')
                return false;
            int child = tree.FindOrAddElement(node, IndexOf(element, position));
            if (child < 0 || !TryMerge(child, element.Start, below))
                return false;
        }

        return true;
    }

    /// <summary>What the element says as its <c>index</c>, else its position.</summary>
    private readonly int IndexOf(in JsonMember element, int position)
    {
        JsonMembers members = new(_source, element.Start);
        while (members.TryNext(out JsonMember member))
        {
            if (member.Name(_source).SequenceEqual("index"u8))
                return ReadIndex(member, position);
        }

        return position;
    }

    internal readonly int ReadIndex(in JsonMember member, int position)
    {
        ReadOnlySpan<byte> number = member.Value(_source);
        return Utf8Parser.TryParse(number, out int index, out int length) && length == number.Length ? index : position;
    }

    private readonly bool TryBecome(int node, NodeKind kind)
    {
        ref AnswerNode value = ref tree[node];
        if (value.Kind == NodeKind.Unset)
            (value.Kind, value.First) = (kind, -1);
        return value.Kind == kind;
    }
}
