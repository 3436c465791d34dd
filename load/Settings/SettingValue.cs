namespace Gateway.Load.Settings;

/// <param name="Name">Of a <see cref="Setting"/>.</param>
/// <param name="Value">As written.</param>
/// <param name="Place">Where it was written, for messages.</param>
internal sealed record SettingValue(string Name, string Value, string Place);
