using System.Buffers;
using Gateway.Streaming.Requests;

namespace Gateway.Bench.Requests;

/// <summary>The usual edits of an attempt (model, token limit's name, usage), written into memory that is there already.</summary>
/// <param name="capacity">Bytes of the longest edited body.</param>
internal sealed class BodyRewrite(int capacity)
{
    private readonly BodyEdits _edits = new();
    private readonly ArrayBufferWriter<byte> _writer = new(capacity);

    /// <summary>The edited body's length.</summary>
    internal int Run(byte[] body, RequestFields fields)
    {
        _edits.Begin(fields);
        RequestRewriter rewriter = new(body, _edits);
        rewriter.SetModel("upstream/model");
        rewriter.RenameMaxTokens(RequestField.MaxTokens);
        rewriter.InjectIncludeUsage();
        _writer.ResetWrittenCount();
        _edits.WriteTo(body, _writer);
        return _writer.WrittenCount;
    }
}
