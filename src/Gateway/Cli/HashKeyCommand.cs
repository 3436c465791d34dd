using System.CommandLine;
using Gateway.Configuration;
using Gateway.Configuration.Mapping;

namespace Gateway.Cli;

/// <summary><c>gateway hash-key</c>: what the configuration holds instead of a client key.</summary>
internal static class HashKeyCommand
{
    public static Command Build(CommandHost host)
    {
        var command = new Command("hash-key", "Read a client key from standard input and print its key-sha256.");
        command.SetAction(_ =>
        {
            string key = SecretText.Strip(host.ReadSecret("Client key: "));
            if (ClientKeyText.Check(key) is var (problem, fix))
            {
                host.Error.WriteLine($"gateway: the key {problem}: {fix}.");
                return ExitCode.Usage;
            }

            if (key.Length < ClientKeyText.Short)
                host.Error.WriteLine($"warning: the key has fewer than {ClientKeyText.Short} characters; use a random one, as from `openssl rand -hex 24`");
            host.Output.WriteLine(KeyHash.Of(key).Hex);
            return ExitCode.Ok;
        });
        return command;
    }
}
