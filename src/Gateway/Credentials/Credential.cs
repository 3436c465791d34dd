using Gateway.Configuration;

namespace Gateway.Credentials;

/// <summary>What a request carries to prove whose it is: a header. Never formatted; <see cref="Value"/> prints <c>***</c>.</summary>
/// <param name="header">The header's name in ASCII; empty: no header at all.</param>
/// <param name="value">The header's value.</param>
internal sealed class Credential(byte[] header, Secret value)
{
    private volatile bool _hasWorked;

    /// <summary>For upstreams that want none.</summary>
    internal static Credential None { get; } = new([], new Secret(""));

    internal bool IsNone => Header.Length == 0;

    internal byte[] Header { get; } = header;

    internal Secret Value { get; } = value;

    /// <summary>Whether an upstream has answered a request that carried it.</summary>
    internal bool HasWorked
    {
        get => _hasWorked;
        set
        {
            // Written once: a line that every request reads is not to move between cores.
            if (!_hasWorked)
                _hasWorked = value;
        }
    }

    internal static Credential Bearer(string token) => new("Authorization"u8.ToArray(), new Secret("Bearer " + token));
}
