namespace Gateway.Limits;

/// <summary>Whose limit it is.</summary>
internal enum LimitOwner
{
    Key,
    Router,
    Provider,
}
