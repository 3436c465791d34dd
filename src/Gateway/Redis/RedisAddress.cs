using System.Globalization;
using Gateway.Configuration;

namespace Gateway.Redis;

/// <summary>
/// Where a server is and who asks: <c>redis://[user:password@]host[:port][/db]</c>, <c>rediss://…</c> with TLS, or
/// <c>unix://[user:password@]/path/of.sock[?db=N]</c>. User and password are percent-decoded; neither they nor the URL are ever shown.
/// </summary>
internal sealed record RedisAddress
{
    internal const int DefaultPort = 6379;

    private const string Form = "write redis://[user:password@]host[:port][/db], rediss://… for TLS, or unix:///path";

    /// <summary>Name or IP address, without brackets; empty for a unix socket.</summary>
    public string Host { get; private init; } = "";

    public int Port { get; private init; } = DefaultPort;

    public string? SocketPath { get; private init; }

    public bool UseTls { get; private init; }

    /// <summary>Null: the server's default user.</summary>
    public string? User { get; private init; }

    /// <summary>Null: no authentication.</summary>
    public Secret? Password { get; private init; }

    public int Database { get; private init; }

    public override string ToString() => SocketPath ?? $"{Host}:{Port}";

    /// <returns>Null when it parsed; else what is wrong with it and how to write it; nothing of the text is in there.</returns>
    public static (string Problem, string Fix)? Parse(string text, out RedisAddress? address)
    {
        address = null;
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0 || text[..scheme] is not ("redis" or "rediss" or "unix"))
            return ("not a Redis URL", Form);
        if (text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
            return ("a Redis URL cannot hold blanks or control characters", "percent-encode them");

        string rest = text[(scheme + 3)..];
        var parsed = new RedisAddress { UseTls = text[..scheme] == "rediss" };
        if (ParseUser(ref rest, ref parsed) is { } wrong)
            return wrong;
        (string, string)? problem = text.StartsWith("unix", StringComparison.Ordinal) ? ParseSocket(rest, ref parsed) : ParseHost(rest, ref parsed);
        address = problem is null ? parsed : null;
        return problem;
    }

    private static (string, string)? ParseUser(ref string rest, ref RedisAddress address)
    {
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        int at = rest[..(slash < 0 ? rest.Length : slash)].LastIndexOf('@');
        if (at < 0)
            return rest.Contains('@', StringComparison.Ordinal) ? ("a user or password that is not percent-encoded", "write / as %2F and @ as %40") : null;

        string[] parts = rest[..at].Split(':', 2);
        rest = rest[(at + 1)..];
        if (parts.Length < 2 || parts[1].Length == 0)
            return ("a user without a password", "write user:password@host, or :password@host for the default user");
        if (Decode(parts[0]) is not { } user || Decode(parts[1]) is not { } password)
            return ("a user or password with a % that starts no percent-encoding", "write % as %25");
        address = address with { User = user.Length == 0 ? null : user, Password = new Secret(password) };
        return null;
    }

    private static (string, string)? ParseHost(string rest, ref RedisAddress address)
    {
        if (rest.AsSpan().ContainsAny('?', '#'))
            return ("a Redis URL with a query or fragment", Form);
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        string authority = slash < 0 ? rest : rest[..slash];
        string path = slash < 0 ? "" : rest[(slash + 1)..];
        if (ParseDatabase(path, ref address) is { } wrong)
            return wrong;

        // The colon of a port is behind the bracket of an IPv6 address.
        int colon = authority.LastIndexOf(':');
        if (colon > authority.LastIndexOf(']'))
        {
            if (!int.TryParse(authority.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port is 0 or > 65_535)
                return ("a port that is no number from 1 to 65535", Form);
            address = address with { Port = port };
            authority = authority[..colon];
        }

        string host = authority.StartsWith('[') && authority.EndsWith(']') ? authority[1..^1] : authority;
        if (host.Length == 0)
            return ("a Redis URL without a host", Form);
        if (Uri.CheckHostName(host) is UriHostNameType.Unknown)
            return ("a host that is neither a name nor an address", Form);
        address = address with { Host = host };
        return null;
    }

    private static (string, string)? ParseSocket(string rest, ref RedisAddress address)
    {
        int query = rest.IndexOf('?', StringComparison.Ordinal);
        string path = query < 0 ? rest : rest[..query];
        if (!path.StartsWith('/') || path.Length == 1)
            return ("a unix socket without an absolute path", "write unix:///path/of/redis.sock");
        address = address with { SocketPath = path };
        if (query < 0)
            return null;
        string option = rest[(query + 1)..];
        return option.StartsWith("db=", StringComparison.Ordinal) ? ParseDatabase(option[3..], ref address) : ("an unknown query", "write ?db=N or nothing");
    }

    private static (string, string)? ParseDatabase(string text, ref RedisAddress address)
    {
        if (text.Length == 0)
            return null;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int database))
            return ("a database that is no number", Form);
        address = address with { Database = database };
        return null;
    }

    /// <returns>Null: a % that is not followed by two hexadecimal digits.</returns>
    private static string? Decode(string text)
    {
        for (int i = text.IndexOf('%', StringComparison.Ordinal); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                return null;
        }

        return Uri.UnescapeDataString(text);
    }
}
