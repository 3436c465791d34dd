using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace Gateway.Cli;

/// <summary><c>--version</c>: <c>gateway 0.1.0</c>.</summary>
internal sealed class PrintVersion : SynchronousCommandLineAction
{
    /// <summary>The version without the commit that the build appends.</summary>
    public static string Version { get; } =
        (typeof(PrintVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+')[0];

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"gateway {Version}");
        return ExitCode.Ok;
    }
}
