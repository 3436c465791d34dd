using System.Diagnostics.CodeAnalysis;

namespace Gateway.Configuration;

/// <summary>Either a valid snapshot or everything that is wrong with it.</summary>
internal sealed record ConfigurationResult
{
    /// <summary>Null when there are <see cref="Errors"/>.</summary>
    public GatewayOptions? Options { get; init; }

    /// <summary>In file order, then variables, then command-line options.</summary>
    public IReadOnlyList<ConfigurationError> Errors { get; init; } = [];

    /// <summary>Valid but likely not meant; for the log.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Every value with its origin; empty when there are <see cref="Errors"/>.</summary>
    public IReadOnlyList<ConfigurationValue> Values { get; init; } = [];

    /// <summary>The file that was read; null: none, the environment alone.</summary>
    public string? File { get; init; }

    [MemberNotNullWhen(true, nameof(Options))]
    public bool IsValid => Options is not null;
}
