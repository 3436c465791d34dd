namespace Gateway.Configuration;

/// <summary>What happens to <c>stream_options</c> of streaming requests (<c>providers.*.request.stream-options</c>).</summary>
internal enum StreamOptionsMode
{
    /// <summary><c>include_usage: true</c> is merged in; the usage chunk is removed again when the client had not asked for it.</summary>
    Inject,

    /// <summary>As the client sent it.</summary>
    Pass,

    /// <summary>Removed.</summary>
    Drop,
}
