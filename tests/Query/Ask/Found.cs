using Broadsheet.Query.Ask;
using Broadsheet.Query.V1;

namespace Broadsheet.Query.Tests.Ask;

/// <summary>Answers from sentences that are given, without an index.</summary>
internal static class Found
{
    /// <summary>The three best answers, or why there is none.</summary>
    public static (IReadOnlyList<FoundAnswer> Answers, NoAnswerReason Reason) Answers(string text, IReadOnlyList<FoundSentence> sentences)
    {
        var question = Question.Analyze(text)!;
        var ranker = new SentenceRanker(text, question, WordRarity.Among(sentences));
        return AnswerFinder.Find(question, ranker, ranker.Rank(sentences), 3);
    }
}
