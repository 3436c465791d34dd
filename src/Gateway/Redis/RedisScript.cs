using System.Security.Cryptography;
using System.Text;

namespace Gateway.Redis;

/// <summary>A Lua script and the name under which servers remember it.</summary>
internal sealed class RedisScript
{
    internal RedisScript(string text)
    {
        Text = Encoding.UTF8.GetBytes(text);
#pragma warning disable CA5350 // the server's own name for a script; nothing is protected by it
        Hash = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA1.HashData(Text)));
#pragma warning restore CA5350
    }

    internal byte[] Text { get; }

    /// <summary>SHA-1 in lower-case hexadecimal digits.</summary>
    internal byte[] Hash { get; }
}
