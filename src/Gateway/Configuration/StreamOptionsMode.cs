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

    /// <summary>As <see cref="Inject"/>, until a model refuses a field by name; then without it, for that model.</summary>
    Adaptive,
}
