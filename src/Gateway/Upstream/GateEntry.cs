using Gateway.Limits;

namespace Gateway.Upstream;

/// <summary>How an attempt came through its provider's limits; neither of both: its request was cancelled meanwhile.</summary>
/// <param name="Pass">To be disposed when the attempt is over.</param>
/// <param name="Refusal">Of which limit there was too little; granted where there is a pass.</param>
internal readonly record struct GateEntry(ProviderPass? Pass, LimitVerdict Refusal);
