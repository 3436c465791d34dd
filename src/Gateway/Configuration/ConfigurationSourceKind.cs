namespace Gateway.Configuration;

/// <summary>Where a configured value came from; a later member wins over an earlier one.</summary>
internal enum ConfigurationSourceKind
{
    Default,
    File,
    Environment,
    CommandLine,
}
