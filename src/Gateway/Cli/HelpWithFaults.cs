using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Gateway.Simulator;

namespace Gateway.Cli;

/// <summary>The library's help, and below it every fault the simulator knows.</summary>
internal sealed class HelpWithFaults(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int exitCode = help.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Faults, by model name (\"model\":\"sim/cut-after-40\"; several with +, as in sim/reasoning-3+cut-after-2) or by --fault:");
        foreach (FaultDescription fault in FaultCatalog.All)
            output.WriteLine($"  {fault.Name,-28}{fault.Description}");
        return exitCode;
    }
}
