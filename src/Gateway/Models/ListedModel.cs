namespace Gateway.Models;

/// <summary>A model of a router's listing.</summary>
/// <param name="Id">As requests name it.</param>
/// <param name="Provider">The first provider that has it.</param>
internal sealed record ListedModel(string Id, string Provider);
