using System.Text;

namespace Gateway.Redis;

/// <summary>
/// What became of a command. Nothing in this folder throws because a server is gone, slow or talks nonsense: that is a reply too, with
/// <see cref="Failure"/> set.
/// </summary>
internal readonly struct RedisReply
{
    private readonly object? _value;

    private RedisReply(RedisReplyKind kind, object? value, long integer = 0, RedisFailure failure = RedisFailure.None)
    {
        Kind = kind;
        _value = value;
        Integer = integer;
        Failure = failure;
    }

    public RedisReplyKind Kind { get; }

    public RedisFailure Failure { get; }

    /// <summary>Zero unless <see cref="Kind"/> is <see cref="RedisReplyKind.Integer"/>.</summary>
    public long Integer { get; }

    public bool IsOk => Failure is RedisFailure.None;

    /// <summary>Whether the command may have been executed although there is no answer.</summary>
    public bool IsUnknown => Failure is RedisFailure.Timeout or RedisFailure.Lost;

    /// <summary>The value of its own array, never reused; null unless it is text or the server's error.</summary>
    public byte[]? Bytes => _value as byte[];

    /// <summary>Empty unless it is an array or a push.</summary>
    public ReadOnlySpan<RedisReply> Items => _value as RedisReply[];

    /// <summary>The first word of the server's error, <c>NOSCRIPT</c> for one; what follows may hold users' data. Null: no error of the server.</summary>
    public string? ErrorCode
    {
        get
        {
            if (Kind is not RedisReplyKind.Error || Bytes is not { } text)
                return null;
            int end = text.AsSpan().IndexOfAnyExceptInRange((byte)'A', (byte)'Z');
            return Encoding.ASCII.GetString(text, 0, end < 0 ? text.Length : end);
        }
    }

    public override string ToString() => Failure is RedisFailure.None ? Kind.ToString() : Failure.ToString();

    internal static RedisReply OfText(byte[] text) => new(RedisReplyKind.Text, text);

    internal static RedisReply OfInteger(long value) => new(RedisReplyKind.Integer, null, value);

    internal static RedisReply OfItems(RedisReplyKind kind, RedisReply[] items) => new(kind, items);

    internal static RedisReply OfError(byte[] text) => new(RedisReplyKind.Error, text, 0, ServerError.Classify(text));

    internal static RedisReply Of(RedisFailure failure) => new(RedisReplyKind.Error, null, 0, failure);
}
