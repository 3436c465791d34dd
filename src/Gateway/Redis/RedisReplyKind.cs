namespace Gateway.Redis;

/// <summary>What a reply holds; the types of both protocol versions are folded into these.</summary>
internal enum RedisReplyKind
{
    Null,

    /// <summary>Simple, bulk and verbatim strings, doubles and big numbers: <see cref="RedisReply.Bytes"/>.</summary>
    Text,

    /// <summary>Integers and booleans (1 or 0): <see cref="RedisReply.Integer"/>.</summary>
    Integer,

    /// <summary>Arrays, sets and maps (keys and values in turn): <see cref="RedisReply.Items"/>.</summary>
    Array,

    /// <summary>What the server says without being asked: <see cref="RedisReply.Items"/>.</summary>
    Push,

    /// <summary>See <see cref="RedisReply.Failure"/>.</summary>
    Error,
}
