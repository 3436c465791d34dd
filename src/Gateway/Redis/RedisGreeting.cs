namespace Gateway.Redis;

/// <summary>What is said first: protocol version, who asks, which database, and whether the server can be used at all.</summary>
internal static class RedisGreeting
{
    /// <param name="wire">Just opened.</param>
    /// <param name="address">With the credentials.</param>
    /// <param name="withHello">False for a server or proxy that hangs up on <c>HELLO</c>.</param>
    /// <param name="cancellation">The connect timeout.</param>
    /// <exception cref="RedisConnectException">The server refused.</exception>
    internal static async Task SayAsync(RedisWire wire, RedisAddress address, bool withHello, CancellationToken cancellation)
    {
        if (!withHello || !await HelloAsync(wire, address, cancellation))
            await AuthenticateAsync(wire, address, cancellation);
        if (address.Database != 0)
            await DemandAsync(wire, ["SELECT", address.Database], cancellation);

        // While data is loaded, or at a replica without its primary, this is refused.
        await DemandAsync(wire, ["PING"], cancellation);
    }

    /// <returns>False: the server knows only the old protocol.</returns>
    private static async Task<bool> HelloAsync(RedisWire wire, RedisAddress address, CancellationToken cancellation)
    {
        RedisArgument[] hello = address.Password is { } password
            ? ["HELLO", 3, "AUTH", address.User ?? "default", password.Reveal(), "SETNAME", "gateway"]
            : ["HELLO", 3, "SETNAME", "gateway"];
        RedisReply reply = await AskAsync(wire, hello, cancellation);
        if (reply.IsOk)
            return true;
        return reply.ErrorCode is "WRONGPASS" or "LOADING" ? throw Refused("HELLO", reply) : false;
    }

    private static Task AuthenticateAsync(RedisWire wire, RedisAddress address, CancellationToken cancellation) => (address.User, address.Password) switch
    {
        (_, null) => Task.CompletedTask,
        (null, { } password) => DemandAsync(wire, ["AUTH", password.Reveal()], cancellation),
        ({ } user, { } password) => DemandAsync(wire, ["AUTH", user, password.Reveal()], cancellation),
    };

    private static async Task DemandAsync(RedisWire wire, RedisArgument[] command, CancellationToken cancellation)
    {
        RedisReply reply = await AskAsync(wire, command, cancellation);
        if (!reply.IsOk)
            throw Refused(command[0].Text ?? "", reply);
    }

    private static async Task<RedisReply> AskAsync(RedisWire wire, RedisArgument[] command, CancellationToken cancellation)
    {
        await wire.SendAsync(command, cancellation);
        RedisReply reply;
        do
            reply = await wire.ReadAsync(cancellation);
        while (reply.Kind is RedisReplyKind.Push);
        return reply;
    }

    private static RedisConnectException Refused(string command, RedisReply reply) => new($"the server refuses {command} with {reply.ErrorCode}");
}
