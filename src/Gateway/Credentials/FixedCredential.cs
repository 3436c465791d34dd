namespace Gateway.Credentials;

/// <summary>A configured key, or none: there is no other one to be had.</summary>
internal sealed class FixedCredential(Credential credential) : ICredentialSource
{
    public bool IsAvailable => true;

    public void Start()
    {
    }

    public ValueTask<Credential?> GetAsync(CancellationToken cancellation) => new(credential);

    public bool Reject(Credential rejected) => false;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
