using Gateway.Redis;

namespace Gateway.Caching.Store;

/// <summary>What Redis does as one step when a gateway purges, or asks what was purged.</summary>
internal static class PurgeScript
{
    /// <summary>Beginning of all names there, with the version of what is kept under them.</summary>
    internal const string Prefix = "gateway:cache:1:";

    /// <summary>Number of the newest purge; read with every entry.</summary>
    internal const string LastKey = Prefix + "last-purge";

    /// <summary>Hash of all purges.</summary>
    internal const string RowsKey = Prefix + "purges";

    /// <summary>Says the number of a new purge.</summary>
    internal const string Channel = Prefix + "purges";

    /// <summary>
    /// KEYS: <see cref="LastKey"/>, <see cref="RowsKey"/>. ARGV: the newest purge that the gateway knows, the channel, then the purges to add.
    /// Replies as <see cref="PurgeTable.Of"/> reads it. Numbers are microseconds of the server's clock, or one more than the last where that
    /// is behind: so they rise even when the server lost everything. Where it knows less than a gateway, or its two records differ (one was evicted,
    /// an old backup came back), purges are missing, and everything it holds counts as purged. A long list is exchanged for a purge of everything.
    /// </summary>
    internal static RedisScript Sync { get; } = new("""
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local known, channel = tonumber(ARGV[1]), ARGV[2]
        local text = redis.call('GET', KEYS[1])
        local last = tonumber(text or '0') or 0
        local isLost = not text or last < known or redis.call('HGET', KEYS[2], 'last') ~= text
        if isLost or #ARGV > 2 then
          last = math.max(last + 1, known + 1, now)
          text = string.format('%.0f', last)
          if isLost then redis.call('HSET', KEYS[2], 'floor', text) end
          for i = 3, #ARGV do redis.call('HSET', KEYS[2], ARGV[i], text) end
          if redis.call('HLEN', KEYS[2]) > 256 then
            redis.call('DEL', KEYS[2])
            redis.call('HSET', KEYS[2], 'all', text)
          end
          redis.call('HSET', KEYS[2], 'last', text)
          redis.call('SET', KEYS[1], text)
          redis.call('PUBLISH', channel, text)
        end
        local reply = redis.call('HGETALL', KEYS[2])
        table.insert(reply, 1, text)
        return reply
        """);
}
