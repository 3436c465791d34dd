using Gateway.Configuration;
using Gateway.Limits;

namespace Gateway.Admission;

/// <summary>Whose request it is and what they may use.</summary>
internal sealed class ClientKey
{
    private readonly IReadOnlyList<string> _models;
    private readonly IReadOnlyList<string> _routers;

    internal ClientKey(ClientKeyOptions options)
    {
        Id = options.Id;
        Limits = options.Limits.IsEmpty ? null : new(LimitOwner.Key, options.Id, options.Limits);
        IsEnabled = options.Enabled;
        Expires = options.Expires ?? DateTimeOffset.MaxValue;
        _models = options.Models;
        _routers = options.Routers;
        MayUseModel = _models.Count == 0 ? null : IsListed;
    }

    private ClientKey(bool isEnabled)
    {
        IsEnabled = isEnabled;
        Expires = DateTimeOffset.MaxValue;
        _models = _routers = [];
    }

    /// <summary>Everybody, where no keys are configured.</summary>
    internal static ClientKey Anyone { get; } = new(isEnabled: true);

    /// <summary>The owner of a key that is not configured: refused for the same reason, and in the same time, as one that is switched off.</summary>
    internal static ClientKey Unknown { get; } = new(isEnabled: false);

    /// <summary>Null: <see cref="Anyone"/>. Not unique: two keys of one caller share it.</summary>
    internal string? Id { get; }

    /// <summary>What this caller may use; null: as much as it likes. The same scope for every key of one id.</summary>
    internal LimitScope? Limits { get; }

    /// <summary>Whether a model id (without a provider in front of it) may be used; null: every one.</summary>
    internal Predicate<string>? MayUseModel { get; }

    private bool IsEnabled { get; }

    private DateTimeOffset Expires { get; }

    internal bool IsValid(DateTimeOffset now) => IsEnabled & now < Expires;

    internal bool MayUseRouter(string name) => _routers.Count == 0 || _routers.Contains(name, StringComparer.Ordinal);

    private bool IsListed(string model)
    {
        foreach (string pattern in _models)
        {
            if (Glob.Matches(pattern, model))
                return true;
        }

        return false;
    }
}
