using System.CommandLine;

namespace Broadsheet.Cli.Evaluation;

/// <summary><c>broadsheet eval</c>: measures how good results are, through the contracts of a running suite.</summary>
internal static class EvaluationCommand
{
    public static Command Create() => new("eval", "Measures how good results are.")
    {
        ImportEvaluation.Create(),
        SearchEvaluation.Create(),
        AskEvaluation.Create(),
        TimesEvaluation.Create(),
        EntitiesEvaluation.Create(),
        TimelineEvaluation.Create(),
    };

    /// <summary>A set of the shared evaluation data: the nearest <c>shared/eval/…</c> beside or above the working folder; null if there is none.</summary>
    public static string? Find(params string[] set)
    {
        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine([folder.FullName, "shared", "eval", .. set]) is var found && Path.Exists(found))
            {
                return found;
            }
        }

        return null;
    }
}
