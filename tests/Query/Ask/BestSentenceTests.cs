using Broadsheet.Query.Ask;
using Broadsheet.Query.Indexing;

namespace Broadsheet.Query.Tests.Ask;

/// <summary>Questions in other words than the text, and those that only resemble it.</summary>
public sealed class BestSentenceTests
{
    private const string Text =
        "The Harbour Trust bought the old signal tower on the northern pier in 1931.\nIts lamp was replaced by an electric one with a range of nine miles.\n"
        + "The Harbour Trust closed the pier to carts after a storm.";

    [Theory]
    [InlineData("In what year did the Harbour Trust get hold of the old signal tower on the pier?", "1931")]
    [InlineData("What is the range in miles of the electric lamp that replaced it?", null)]
    public void Long_question_in_other_words_is_answered_by_the_sentence_that_says_most_of_it(string question, string? text)
    {
        var (answers, _) = Ask(question);
        var best = Assert.Single(answers);
        Assert.InRange(best.Confidence, 0.5, 0.95);
        Assert.Contains(text ?? "nine miles", text is null ? best.Sentence.Text : best.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("When did the Harbour Trust dissolve?")]
    [InlineData("When did the Harbour Trust sell the pier?")]
    [InlineData("When did the Harbour Trust sell the old signal tower on the northern pier?")]
    [InlineData("In what year did the Lake Company get hold of the old signal tower on the pier?")]
    [InlineData("How many soldiers of the Harbour Trust guarded the old signal tower on the pier?")]
    [InlineData("Who painted the ceiling of the old town hall in Bergen?")]
    public void Question_that_only_resembles_the_text_is_refused(string question) => Assert.Empty(Ask(question).Answers.Select(answer => answer.Text));

    private static (IReadOnlyList<FoundAnswer> Answers, object Reason) Ask(string text)
    {
        var sentences = new List<StoredSentence>();
        var at = 0;
        foreach (var line in Text.Split('\n'))
        {
            sentences.Add(new StoredSentence(at, at + line.Length, 0, false));
            at += line.Length + 1;
        }

        var senses = new StorySenses(new StoredStory
        {
            Name = "stories/one", Revision = 1, Title = "The Pier", Dek = "", Community = "", Creator = "", PublishTime = null,
            PlainText = Text, Sections = [new StoredSection("s0", "")], Sentences = sentences,
        });
        FoundSentence[] found = [.. sentences.Select((_, i) => new FoundSentence(senses, i, 1))];
        return Found.Answers(text, found);
    }
}
