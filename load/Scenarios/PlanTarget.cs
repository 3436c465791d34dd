using Gateway.Load.Settings;

namespace Gateway.Load.Scenarios;

/// <param name="Name">In reports.</param>
/// <param name="Values">What is different for this target: at least its URL or a header.</param>
internal sealed record PlanTarget(string Name, IReadOnlyList<SettingValue> Values);
