using System.CommandLine;

namespace Broadsheet.Cli.Evaluation;

/// <summary><c>broadsheet eval</c>: measures how good results are, through the contract of a running suite.</summary>
internal static class EvaluationCommand
{
    public static Command Create() => new("eval", "Measures how good results are.")
    {
        ImportEvaluation.Create(),
        SearchEvaluation.Create(),
    };
}
