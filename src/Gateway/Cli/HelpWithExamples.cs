using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Gateway.Cli;

/// <summary>The library's help, and below the root's the examples people start from.</summary>
internal sealed class HelpWithExamples(Command root, HelpAction help) : SynchronousCommandLineAction
{
    private const string Examples = """
        Examples:
          gateway demo                                        simulated replicas, no GPU, no configuration
          DYNAMO_BASE_URL=http://dynamo:8000 gateway          in front of one Dynamo frontend, without a file
          gateway serve --config gateway.yaml                 with a configuration file
          gateway serve --listen http://0.0.0.0:8080 --set keepalive.style=comment
          gateway check --config gateway.yaml                 print every mistake, or the routes
          gateway schema > gateway.schema.json                completion and checks in an editor

        Precedence: command line > environment (GATEWAY__SERVER__LISTEN=...) > file > default.
        Exit codes: 0 ok, 1 configuration or check failed, 2 usage, 3 could not listen.
        """;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int exitCode = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command == root)
            parseResult.InvocationConfiguration.Output.WriteLine(Examples.ReplaceLineEndings("\n"));

        return exitCode;
    }
}
