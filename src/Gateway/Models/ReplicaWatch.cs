using Gateway.Health;
using Gateway.Upstream;

namespace Gateway.Models;

/// <summary>Everything the gateway asks one replica on its own account, from <see cref="Start"/> until it is disposed: its models, its health path.</summary>
internal sealed class ReplicaWatch : IAsyncDisposable
{
    /// <summary>A first listing may have to wait for names, TLS and a slow service; later ones have a connection.</summary>
    private static readonly TimeSpan FirstListingTimeout = TimeSpan.FromSeconds(5);

    private readonly HealthProber? _listing;
    private readonly HealthProber? _path;

    internal ReplicaWatch(Replica replica, TimeProvider time, Random random)
    {
        Configuration.HealthOptions options = replica.Provider.Options.Health;
        if (ReplicaListing.IsUseful(replica.Provider))
        {
            ReplicaHealth? health = ReplicaListing.IsProbe(replica.Provider) ? replica.Health : null;
            // Requests may be waiting for the models; configured ones need no hurry.
            bool isAwaited = replica.Provider.StaticModels is null;
            _listing = new(new ReplicaListing(replica).RefreshAsync, health, options, time, random) { StartsAtOnce = isAwaited, FirstTimeout = FirstListingTimeout };
            FirstListing = isAwaited ? _listing.FirstProbe : Task.CompletedTask;
        }

        if (options.Path is { } path)
            _path = new(cancellation => AnswersAsync(replica, path, cancellation), replica.Health, options, time, random);
    }

    /// <summary>Completes with the first listing, whatever came of it; at once where the models are configured.</summary>
    internal Task FirstListing { get; } = Task.CompletedTask;

    internal void Start()
    {
        _listing?.Start();
        _path?.Start();
    }

    public async ValueTask DisposeAsync()
    {
        if (_listing is not null)
            await _listing.DisposeAsync();
        if (_path is not null)
            await _path.DisposeAsync();
    }

    /// <summary>A redirect is no answer: whoever redirects is not the replica.</summary>
    private static async ValueTask<bool> AnswersAsync(Replica replica, string path, CancellationToken cancellation)
    {
        (int status, _) = await UpstreamQuery.GetAsync(replica, path, cancellation);
        return status is >= 200 and < 300;
    }
}
