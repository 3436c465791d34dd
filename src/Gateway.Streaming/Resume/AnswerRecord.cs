using System.Buffers;
using Gateway.Streaming.Relay;
using Gateway.Streaming.Rules;
using Gateway.Streaming.Sse;

namespace Gateway.Streaming.Resume;

/// <summary>
/// What the client has of an answer: per choice and channel (content, reasoning, refusal, tool-call arguments, a completion's text) a length and an
/// incremental SHA-256 of the decoded text, never the text. Relays feed it with every event they release. One per request; it outlives the attempts.
/// </summary>
public sealed class AnswerRecord : IEventTap, IDisposable
{
    /// <summary>Bytes of an id as it is written.</summary>
    internal const int MaxId = 512;

    private readonly RecordedChoices _choices;
    private readonly ChunkParts _parts = new();
    private ChunkTemplate _template;
    private TextHash? _templateText;

    /// <param name="endpoint">The request's endpoint; unless <see cref="Supports"/> it, nothing is recorded.</param>
    /// <param name="expectedChoices">As for <see cref="StreamRules.For"/>.</param>
    public AnswerRecord(Endpoint endpoint, int expectedChoices)
    {
        Endpoint = endpoint;
        _choices = new(expectedChoices);
        Obstacle = Supports(endpoint) ? ResumeObstacle.None : ResumeObstacle.Endpoint;
    }

    /// <summary>Whether a cut answer can be taken up by another attempt now.</summary>
    public bool MayResume => Obstacle == ResumeObstacle.None;

    /// <summary>Why not, once and for all.</summary>
    public ResumeObstacle Obstacle { get; private set; }

    internal Endpoint Endpoint { get; }

    internal ArrayPool<byte> Pool { get; init; } = RentedBuffers.Pool;

    /// <summary>The first chunk's id as it is written, which is the answer's for the client; null without one.</summary>
    internal byte[]? Id { get; private set; }

    /// <summary>Whether a chunk with usage and without choices was sent.</summary>
    internal bool HasUsage { get; private set; }

    internal IReadOnlyList<RecordedChoice> Choices => _choices.All;

    /// <summary>Whether answers of an endpoint can be resumed at all.</summary>
    public static bool Supports(Endpoint endpoint) => endpoint is Endpoint.ChatCompletions or Endpoint.Completions;

    public void Dispose() => _template.Release(Pool);

    EventVerdict IEventTap.Inspect(in SseFrame frame, EventVerdict verdict)
    {
        if (verdict is EventVerdict.Pass or EventVerdict.Content)
            Add(frame);
        return verdict;
    }

    /// <summary>Takes whole blocks that go to the client.</summary>
    internal void Add(ReadOnlySpan<byte> blocks)
    {
        SseFramer framer = new(new SseLimits(int.MaxValue, int.MaxValue));
        while (MayResume && framer.TryRead(blocks, out SseFrame frame) == FrameStatus.Done)
        {
            Add(frame);
            blocks = blocks[frame.Raw.Length..];
        }
    }

    private void Add(in SseFrame frame)
    {
        if (!MayResume || frame.DataLines == 0)
            return;
        if (!ChunkParts.IsChunk(frame))
        {
            Obstacle = ResumeObstacle.UnknownContent;
        }
        else if (frame.DataLines == 1)
        {
            AddChunk(frame.Data);
        }
        else
        {
            byte[] joined = Pool.Rent(frame.Raw.Length);
            AddChunk(joined.AsSpan(0, frame.JoinData(joined)));
            Pool.Return(joined);
        }
    }

    private void AddChunk(ReadOnlySpan<byte> data)
    {
        if (_template.Matches(data))
        {
            AddText(_templateText!, _template.TextOf(data));
            return;
        }

        // The end of the stream, as the rules see it, is no chunk.
        if (StreamRules.IsDone(data))
            return;
        if (!_parts.TryRead(data))
        {
            Obstacle = ResumeObstacle.TooMuch;
            return;
        }

        HasUsage |= _parts is { HasUsage: true, Choices: 0 };
        RecordedChoice? choice = null;
        foreach (ref readonly ChunkPart part in _parts.All)
        {
            if (part.Kind == PartKind.Id)
                TakeId(part.Of(data));
            else if (part.Kind == PartKind.Choice)
                choice = ChoiceFor(part.Choice);
            else if (choice is not null)
                AddPart(choice, part, data);
        }

        Learn(data);
    }

    private void AddPart(RecordedChoice choice, in ChunkPart part, ReadOnlySpan<byte> data)
    {
        switch (part.Kind)
        {
            case <= PartKind.Text:
                AddText(choice.TextFor(part.Kind), part.Of(data));
                break;
            case PartKind.Arguments when CallFor(choice, part.Call) is { } call:
                AddText(call.Arguments, part.Of(data));
                break;
            case PartKind.CallName when CallFor(choice, part.Call) is { } call:
                NameCall(call, part.Of(data));
                break;
            case PartKind.CallMember:
                CallFor(choice, part.Call);
                break;
            case PartKind.Role:
                choice.HasRole = true;
                break;
            case PartKind.Finish:
                choice.Finish ??= TextDigest.Of(part.Of(data));
                break;
            case PartKind.Unknown:
                Obstacle = ResumeObstacle.UnknownContent;
                break;
            default:
                break;
        }
    }

    private void AddText(TextHash hash, ReadOnlySpan<byte> written)
    {
        using DecodedText text = new(Pool, written);
        if (text.IsWhole)
            hash.Append(text.Utf8Text);
        else
            Obstacle = ResumeObstacle.HalfCharacter;
    }

    /// <summary>Names come whole; some servers repeat them. A name in pieces could not be told from another name.</summary>
    private void NameCall(RecordedCall call, ReadOnlySpan<byte> written)
    {
        using DecodedText text = new(Pool, written);
        TextDigest name = TextDigest.Of(text.Utf8Text);
        if (call.Name is not null && call.Name != name)
            Obstacle = ResumeObstacle.UnknownContent;
        call.Name = name;
    }

    private void TakeId(ReadOnlySpan<byte> written)
    {
        if (written.Length > MaxId)
            Obstacle = ResumeObstacle.TooMuch;
        else
            Id ??= written.ToArray();
    }

    private RecordedChoice? ChoiceFor(int index) => Checked(_choices.ChoiceFor(index));

    private RecordedCall? CallFor(RecordedChoice choice, int index) => Checked(_choices.CallFor(choice, index));

    private T? Checked<T>(T? recorded)
        where T : class
    {
        if (recorded is null)
            Obstacle = ResumeObstacle.TooMuch;
        return recorded;
    }

    /// <summary>Chunks that differ only in one text go straight into its hash.</summary>
    private void Learn(ReadOnlySpan<byte> data)
    {
        if (!MayResume)
            return;
        int text = -1;
        for (int i = 0; i < _parts.All.Length; i++)
        {
            PartKind kind = _parts.All[i].Kind;
            if (kind is PartKind.CallName or PartKind.CallMember or PartKind.Finish || (kind <= PartKind.Arguments && text >= 0))
                return;
            text = kind <= PartKind.Arguments ? i : text;
        }

        if (text < 0)
            return;
        ChunkPart part = _parts.All[text];
        RecordedChoice choice = ChoiceFor(part.Choice)!;
        if (_template.Learn(Pool, data, part.Start, part.Length))
            _templateText = part.Kind == PartKind.Arguments ? choice.CallOf(part.Call)!.Arguments : choice.TextFor(part.Kind);
    }
}
