using Gateway.Configuration;
using Gateway.Failures;
using Gateway.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Admission;

/// <summary>
/// Tells who sends a request. Every configured hash is looked at, in the same steps, whatever the first ones said; a key that is unknown, switched
/// off or expired gets one answer in one time.
/// </summary>
internal sealed class ClientKeys
{
    private static readonly Failure Missing = new(FailureCode.InvalidApiKey, "A client key is needed: send it as Authorization: Bearer KEY, api-key or x-api-key.");
    private static readonly Failure Invalid = new(FailureCode.InvalidApiKey, "The client key is not valid.");

    private readonly KeyHash[] _hashes;
    private readonly RecognisedHeaders _recognised = new();

    /// <summary>One for each hash, and at the end <see cref="ClientKey.Unknown"/>.</summary>
    private readonly ClientKey[] _owners;

    internal ClientKeys(AuthOptions options)
    {
        _hashes = new KeyHash[options.Keys.Count];
        for (int i = 0; i < _hashes.Length; i++)
            _hashes[i] = options.Keys[i].Hash;
        _owners = [.. options.Keys.Select(key => new ClientKey(key)), ClientKey.Unknown];
    }

    /// <summary>No keys: everybody is <see cref="ClientKey.Anyone"/>.</summary>
    internal bool IsOpen => _hashes.Length == 0;

    /// <summary>Of each id that has limits, once.</summary>
    internal IEnumerable<LimitScope> Limits => _owners.Select(key => key.Limits).OfType<LimitScope>().DistinctBy(scope => scope.Name);

    /// <summary>Does not allocate but for a header that it has not seen.</summary>
    /// <returns>A key or a failure, never both.</returns>
    internal (ClientKey? Key, Failure? Failure) Authenticate(IHeaderDictionary headers, DateTimeOffset now)
    {
        if (IsOpen)
            return (ClientKey.Anyone, null);
        StringValues authorization = headers.Authorization;
        ClientKey? owner = authorization is [{ } known] ? _recognised.Find(known) : null;
        if (owner is null)
        {
            if (!PresentedKey.TryRead(headers, out KeyHash hash, out bool isBearer))
                return (null, Missing);
            owner = _owners[IndexOf(hash)];
            if (isBearer && owner != ClientKey.Unknown)
                _recognised.Remember(authorization[0]!, owner);
        }

        return owner.IsValid(now) ? (owner, null) : (null, Invalid);
    }

    /// <summary>
    /// The place of a hash; one past the last when it is unknown. No branch depends on a hash. <c>CryptographicOperations.FixedTimeEquals</c> does the
    /// same for one pair, byte by byte and by intent not optimised; a request is compared with every key, so that here it is by words.
    /// </summary>
    private int IndexOf(in KeyHash hash)
    {
        ulong index = (ulong)_hashes.Length;
        for (int i = 0; i < _hashes.Length; i++)
        {
            ulong difference = hash.Difference(_hashes[i]);
            // All ones when they differ, else zero.
            ulong keeps = 0UL - ((difference | (0UL - difference)) >> 63);
            index = (index & keeps) | ((ulong)i & ~keeps);
        }

        return (int)index;
    }
}
