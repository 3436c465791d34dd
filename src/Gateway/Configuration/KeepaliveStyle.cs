namespace Gateway.Configuration;

/// <summary>The frame that is sent while a model thinks (<c>keepalive.style</c>).</summary>
internal enum KeepaliveStyle
{
    /// <summary>An empty delta chunk (chat, completions), a ping (messages), a comment elsewhere.</summary>
    Chunk,

    /// <summary><c>: keepalive</c>.</summary>
    Comment,
}
