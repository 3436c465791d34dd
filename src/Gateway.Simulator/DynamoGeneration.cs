namespace Gateway.Simulator;

/// <summary>Which Dynamo release a frontend imitates; they differ in how a stream reports an error, in health while draining and in the overload status.</summary>
public enum DynamoGeneration
{
    /// <summary>1.2 and later: errors are <c>data: {"error":…}</c> then <c>[DONE]</c>; overload is 529; draining makes <c>/health</c> 503; <c>/v1/models/{id}/ready</c> exists.</summary>
    From12,

    /// <summary>Up to 1.1: errors are <c>event: error</c> with a comment and no data; overload is 503; <c>/health</c> is always 200.</summary>
    UpTo11,
}
