using Gateway.Upstream;

namespace Gateway.Models;

/// <summary>The model a request asks for, understood.</summary>
/// <param name="UpstreamIds">Upstream model ids to try, best first: the requested one, then its equivalents.</param>
/// <param name="Pinned">Set when the name was <c>provider/model</c> or <c>provider:model</c>: no other provider may answer.</param>
/// <param name="Label">The requested id when configured or listed, else <c>other</c>: for metrics.</param>
internal sealed record ResolvedModel(IReadOnlyList<string> UpstreamIds, Provider? Pinned, string Label);
