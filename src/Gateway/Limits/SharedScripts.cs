using Gateway.Redis;

namespace Gateway.Limits;

/// <summary>
/// What the server executes as one step. Both rates are GCRA, kept as what is used and when it was so: a theoretical arrival time in microseconds
/// would lose a cheap token to rounding. The clock is the server's, so the gateways' clocks do not matter. Numbers go to the server as text with all
/// their digits, since its own conversion rounds.
/// </summary>
internal static class SharedScripts
{
    /// <summary>To be made known to the server first.</summary>
    internal static IReadOnlyList<RedisScript> All => [Take, Correct];

    /// <summary>How much of a rate is used now; <c>N</c> per minute drain.</summary>
    private const string Used = """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local function used(key, limit)
          local level, at = string.match(redis.call('GET', key) or '', '^(%S+) (%S+)$')
          level, at = tonumber(level), tonumber(at)
          if not level or not at then return 0 end
          return math.max(0, level - math.max(0, now - at) * limit / 60000000)
        end
        local function keep(key, limit, level)
          local life = math.ceil(level / limit * 60000) + 1000
          redis.call('SET', key, string.format('%.17g %.0f', level, now), 'PX', string.format('%.0f', life))
        end

        """;

    /// <summary>
    /// Takes from all limits or from none. KEYS: one for each. ARGV: the slot's name, its lease in milliseconds, then for each key: <c>rate</c>, <c>look</c> (a rate that is only told) or <c>slots</c>, the limit, the cost.
    /// Replies: which key refused (0: none), microseconds until it may grant, then for each key: what remains, microseconds until it is whole.
    /// </summary>
    internal static RedisScript Take { get; } = new(Used + """
        local levels, reply, longest = {}, {0, 0}, 0
        for i, key in ipairs(KEYS) do
          local kind, limit, cost = ARGV[3 * i], tonumber(ARGV[3 * i + 1]), tonumber(ARGV[3 * i + 2])
          local level, wait = 0, 0
          if kind ~= 'slots' then
            level = used(key, limit)
            if kind == 'rate' and level + cost > limit then wait = math.max(1, math.ceil((level + cost - limit) / limit * 60000000)) end
          else
            redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.0f', now))
            level = redis.call('ZCARD', key)
            if level + cost > limit then wait = 1000000 end
          end
          if wait > longest then
            longest, reply[1], reply[2] = wait, i, wait
          end
          levels[i] = level
        end
        for i, key in ipairs(KEYS) do
          local kind, limit, cost = ARGV[3 * i], tonumber(ARGV[3 * i + 1]), tonumber(ARGV[3 * i + 2])
          local level = levels[i]
          if reply[1] == 0 then
            level = level + cost
            if kind == 'rate' then
              keep(key, limit, level)
            elseif kind == 'slots' then
              redis.call('ZADD', key, string.format('%.0f', now + ARGV[2] * 1000), ARGV[1])
              redis.call('PEXPIRE', key, ARGV[2])
            end
          end
          reply[2 * i + 1] = math.max(0, math.floor(limit - level))
          reply[2 * i + 2] = kind ~= 'slots' and math.ceil(level / limit * 60000000) or 0
        end
        return reply
        """);

    /// <summary>Corrects rates; what is used may pass the limit. KEYS: one for each. ARGV for each: the limit, the difference.</summary>
    internal static RedisScript Correct { get; } = new(Used + """
        for i, key in ipairs(KEYS) do
          local limit = tonumber(ARGV[2 * i - 1])
          keep(key, limit, math.max(0, used(key, limit) + ARGV[2 * i]))
        end
        return #KEYS
        """);

    /// <summary>Holds slots for longer. KEYS: one for each. ARGV: the lease in milliseconds, then each slot's name. A slot that was lost with the server's memory is there again.</summary>
    internal static RedisScript Renew { get; } = new("""
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        for i, key in ipairs(KEYS) do
          redis.call('ZADD', key, string.format('%.0f', now + ARGV[1] * 1000), ARGV[i + 1])
          redis.call('PEXPIRE', key, ARGV[1])
        end
        return #KEYS
        """);
}
