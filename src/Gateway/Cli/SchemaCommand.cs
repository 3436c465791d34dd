using System.CommandLine;
using System.Text;
using Gateway.Configuration.Schema;

namespace Gateway.Cli;

/// <summary><c>gateway schema</c>: the JSON Schema; with the hidden <c>--markdown</c> the documentation.</summary>
internal static class SchemaCommand
{
    public static Command Build(CommandHost host)
    {
        var markdown = new Option<bool>("--markdown") { Hidden = true };
        var command = new Command("schema", "Print the JSON Schema of the configuration, for editors.") { markdown };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(markdown))
            {
                host.Output.Write(MarkdownWriter.Write());
                return ExitCode.Ok;
            }

            using var schema = new MemoryStream();
            JsonSchemaWriter.Write(schema);
            host.Output.WriteLine(Encoding.UTF8.GetString(schema.GetBuffer().AsSpan(0, (int)schema.Length)));
            return ExitCode.Ok;
        });
        return command;
    }
}
