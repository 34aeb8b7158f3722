using System.CommandLine;
using System.Globalization;
using Broadsheet.Query.V1;
using Google.Type;

namespace Broadsheet.Cli.Reading;

/// <summary><c>broadsheet ask QUESTION</c></summary>
internal static class AskCommand
{
    public static Command Create()
    {
        var question = new Argument<string>("question") { Description = "A question in plain words." };
        var story = new Option<string>("--story") { Description = "Only from stories/…", DefaultValueFactory = _ => "" };
        var community = new Option<string>("--community") { Description = "Only from communities/…", DefaultValueFactory = _ => "" };
        var topic = new Option<string>("--topic") { Description = "Only from stories with this topic.", DefaultValueFactory = _ => "" };
        var confidence = new Option<double>("--min-confidence") { Description = "Refuse answers less sure than this, 0 to 1 (default: 0.4)." };
        var passages = new Option<int>("--passages") { Description = "Show so many of the sentences that were considered." };
        return ServerCommand.Create(
            new Command("ask", "Answers a question with the sentence that says so, or says why not.") { question, story, community, topic, confidence, passages },
            async session =>
            {
                var request = new AskRequest
                {
                    Question = session.Arguments.GetRequiredValue(question),
                    Story = session.Arguments.GetRequiredValue(story),
                    Community = session.Arguments.GetRequiredValue(community),
                    Topic = session.Arguments.GetRequiredValue(topic),
                    MinConfidence = session.Arguments.GetValue(confidence),
                    MaxPassages = session.Arguments.GetValue(passages),
                };
                var response = await new AskService.AskServiceClient(session.Channel.Invoker).AskAsync(request, cancellationToken: session.Cancel);
                if (session.Json)
                {
                    ServerCommand.WriteJson(response);
                    return 0;
                }

                Show(response);
                return 0;
            });
    }

    private static void Show(AskResponse response)
    {
        foreach (var answer in response.Answers)
        {
            Write($"{answer.Text}  (confidence {answer.Confidence:0.00}, {answer.Agreeing} agree, {answer.Disagreeing} disagree{AsOf(answer.AsOf, answer.AsOfEnd)})");
            Write($"  “{answer.Sentence}”");
            Write($"  {Place(answer.Citation)}");
            Show("agrees", answer.AgreeingSentences);
            Show("disagrees", answer.DisagreeingSentences);
            Show("at another time", answer.OtherTimes);
        }

        if (response.Answers.Count == 0)
        {
            Console.WriteLine($"No answer: {Why(response.NoAnswerReason)}");
        }

        foreach (var passage in response.Passages)
        {
            Write($"considered  {passage.Score,6:0.0}  “{passage.Sentence}”  {Place(passage.Citation)}");
        }
    }

    private static void Show(string side, IEnumerable<OtherAnswer> others)
    {
        foreach (var other in others)
        {
            Write($"  {side}: {other.Text}{AsOf(other.AsOf, other.AsOfEnd)}  “{other.Sentence}”  {Place(other.Citation)}");
        }
    }

    private static string Place(Citation citation) => $"{citation.Story} revision {citation.Revision}, section {citation.Section}, {citation.Start}–{citation.End}";

    private static string AsOf(Date? date, Date? end) =>
        date is null ? "" : $", as of {TimelineCommand.Format(date)}{(end is null ? "" : $" to {TimelineCommand.Format(end)}")}";

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static string Why(NoAnswerReason reason) => reason switch
    {
        NoAnswerReason.NothingRelevant => "no story has anything on this.",
        NoAnswerReason.NotStated => "stories speak of it, but none says this.",
        NoAnswerReason.TooUncertain => "what was found is too doubtful.",
        NoAnswerReason.QuestionNotUnderstood => "this was not understood as a question.",
        _ => reason.ToString(),
    };
}
