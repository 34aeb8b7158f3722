using System.CommandLine;
using Broadsheet.Query.V1;

namespace Broadsheet.Cli.Reading;

/// <summary><c>broadsheet ask QUESTION</c></summary>
internal static class AskCommand
{
    public static Command Create()
    {
        var question = new Argument<string>("question") { Description = "A question in plain words." };
        var story = new Option<string>("--story") { Description = "Only from stories/…", DefaultValueFactory = _ => "" };
        return ServerCommand.Create(new Command("ask", "Answers a question with the sentence that says so, or says why not.") { question, story }, async session =>
        {
            var response = await new AskService.AskServiceClient(session.Channel.Invoker).AskAsync(
                new AskRequest { Question = session.Arguments.GetRequiredValue(question), Story = session.Arguments.GetRequiredValue(story) },
                cancellationToken: session.Cancel);
            if (session.Json)
            {
                ServerCommand.WriteJson(response);
                return 0;
            }

            foreach (var answer in response.Answers)
            {
                var citation = answer.Citation;
                Console.WriteLine($"{answer.Text}  (confidence {answer.Confidence:0.00}, {answer.Agreeing} agree, {answer.Disagreeing} disagree)");
                Console.WriteLine($"  “{answer.Sentence}”");
                Console.WriteLine($"  {citation.Story} revision {citation.Revision}, section {citation.Section}, {citation.Start}–{citation.End}");
            }

            if (response.Answers.Count == 0)
            {
                Console.WriteLine($"No answer: {Why(response.NoAnswerReason)}");
            }

            return 0;
        });
    }

    private static string Why(NoAnswerReason reason) => reason switch
    {
        NoAnswerReason.NothingRelevant => "no story has anything on this.",
        NoAnswerReason.NotStated => "stories speak of it, but none says this.",
        NoAnswerReason.TooUncertain => "what was found is too doubtful.",
        NoAnswerReason.QuestionNotUnderstood => "this was not understood as a question.",
        _ => reason.ToString(),
    };
}
