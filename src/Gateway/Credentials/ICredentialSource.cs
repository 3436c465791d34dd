namespace Gateway.Credentials;

/// <summary>Where a provider's requests get their credential from. Thread-safe.</summary>
internal interface ICredentialSource : IAsyncDisposable
{
    /// <summary>False while there is nothing to ask with, and the last try to get something failed.</summary>
    bool IsAvailable { get; }

    /// <summary>Begins to get credentials, where they have to be got.</summary>
    void Start();

    /// <summary>A credential: without waiting and without allocating while a valid one is there.</summary>
    /// <param name="cancellation">Ends the wait of this caller, not the work that others wait for too.</param>
    /// <returns>Null: there is none, and none can be had now; or the wait was cancelled. Never throws.</returns>
    ValueTask<Credential?> GetAsync(CancellationToken cancellation);

    /// <summary>An upstream has rejected a credential: it is not given out again.</summary>
    /// <returns>Whether <see cref="GetAsync"/> may bring another one, so that asking again makes sense.</returns>
    bool Reject(Credential credential);
}
