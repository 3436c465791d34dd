namespace Gateway.Load.Requests;

internal enum LoadApi
{
    Chat,
    Completions,
    Embeddings,
}
