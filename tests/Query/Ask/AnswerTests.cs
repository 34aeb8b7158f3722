using Broadsheet.Content.V1;
using Broadsheet.Query.Ask;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.V1;

namespace Broadsheet.Query.Tests.Ask;

/// <summary>Which sentence answers which question, over all sentences of a few short stories.</summary>
public sealed class AnswerTests
{
    private static readonly IReadOnlyList<FoundSentence> Sentences =
    [
        .. Told(
            "The Harbour Trust And Its Ships",
            ("", "The Harbour Trust (HT) was founded in 1902 with only 9 towns, and it now has 41 member towns. It owns the Grey Gull, a tug."),
            ("Who runs it?", "It is run by the Port Guard. Captain Ida Brook of the Petrel once led its smallest crew. Dutch President Jan Vos praised the work; President Mara Lind has visited it. Lind is from Norway."),
            ("Norway's part", "In 1955 Norway joined, after a pro-Danish Norwegian president fell. President Mara Lind has acknowledged the debt."),
            ("The tug", "There were 12 lifebuoys aboard, in room 1931. She sank on 4 May 1961. She was designed by Otto Hahn Reyer, an engineer from Bergen. The prize was shared by Reyer, Moe and Dahl."))
        .Concat(Told(
            "A Lighthouse Keeper Remembers",
            ("", "Peder Aas kept the light at Skarvøy for thirty years. He was born in 1911 on a farm. The lamp weighs 1948 kilograms."),
            ("What did not happen", "The tower did not burn in 1944. If it had been sold in 1900, the light would be dark. Aas never married in Bergen."),
            ("After the war", "Nils Moe, the island's first teacher, arrived in 1946. The school society now has 1,949 members. He died in March 1970.")))
    ];

    [Theory]
    [InlineData("When was the Harbour Trust founded?", "1902")]
    [InlineData("When was the Harbour Trust established?", "1902")]
    [InlineData("How many towns founded the Harbour Trust?", "9")]
    [InlineData("How many member towns does the Harbour Trust have?", "41")]
    [InlineData("How many lifebuoys were aboard the tug?", "12")]
    [InlineData("Who runs the Harbour Trust?", "Port Guard")]
    [InlineData("Who is the president of Norway?", "Mara Lind")]
    [InlineData("Who is the president of the Netherlands?", "Jan Vos")]
    [InlineData("Who designed the tug?", "Otto Hahn Reyer")]
    [InlineData("Who shared the prize?", "Reyer, Moe and Dahl")]
    [InlineData("Who was the island's first teacher?", "Nils Moe")]
    [InlineData("When was Peder Aas born?", "1911")]
    [InlineData("How many members does the school society have?", "1,949")]
    [InlineData("When did Norway join?", "1955")]
    public void Question_is_answered(string question, string expected)
    {
        var (answers, reason) = Ask(question);
        Assert.True(answers.Count > 0, $"refused: {reason}");
        Assert.Equal(expected, answers[0].Text);
        Assert.InRange(answers[0].Confidence, 0.5, 1);
    }

    [Theory]
    [InlineData("What is the budget of the Harbour Trust?")]
    [InlineData("When was the Harbour Trust dissolved?")]
    [InlineData("Who is the president of France?")]
    [InlineData("Who was the captain of the Grey Gull?")]
    [InlineData("How many soldiers does the Harbour Trust have?")]
    [InlineData("When was the Port Guard founded?")]
    [InlineData("What happened in 1931?")]
    [InlineData("What happened in 1949?")]
    [InlineData("When did Peder Aas die?")]
    [InlineData("Who founded Bergen?")]
    [InlineData("Where is the headquarters of the Harbour Trust?")]
    [InlineData("When did the tower burn?")]
    [InlineData("When was the tower sold?")]
    [InlineData("Where did Aas marry?")]
    [InlineData("How many member towns did the Harbour Trust have in 1902?")]
    [InlineData("When did the tug not sink?")]
    [InlineData("Who did not design the tug?")]
    public void Question_that_nothing_answers_is_refused_with_a_reason(string question)
    {
        var (answers, reason) = Ask(question);
        Assert.Empty(answers.Select(answer => $"{answer.Text}: {answer.Sentence.Text}"));
        Assert.NotEqual(NoAnswerReason.Unspecified, reason);
    }

    [Theory]
    [InlineData("Who is the general of Norway?", "Attorney General Jane Roe of Norway spoke in Bergen.")]
    [InlineData("Who opened the bridge?", "The Open University and Ida Brook opened the bridge.")]
    [InlineData("Who was the captain of the Gull?", "Jan Captain Vos of the Gull came ashore.")]
    [InlineData("What is the Gull?", "The Gull is the")]
    [InlineData("Where was the bridge opened?", "It was opened in.")]
    [InlineData("How many towns are there?", "There are 3")]
    public void Words_inside_names_and_sentences_without_ends_do_no_harm(string question, string text)
    {
        var (answers, reason) = Find(question, [.. Told("A title", ("", text))]);
        Assert.True(answers.Count > 0 || reason != NoAnswerReason.Unspecified);
    }

    [Theory]
    [InlineData("harbour")]
    [InlineData("The harbour was opened.")]
    [InlineData("??")]
    public void What_is_no_question_is_not_understood(string text) => Assert.Null(Question.Analyze(text));

    [Fact]
    public void Answers_of_several_sentences_agree_or_disagree()
    {
        var sentences = Told("One", ("", "The bridge was opened in 1911.")).Concat(Told("Second", ("", "The bridge was opened in 1911, they say."))).Concat(Told("Three", ("", "The bridge was opened in 1913."))).ToArray();
        var (answers, _) = Find("When was the bridge opened?", sentences);
        Assert.Equal(("1911", 1, 1), (answers[0].Text, answers[0].Agreeing.Count, answers[0].Disagreeing.Count));
        Assert.Equal(("1913", 0, 2), (answers[1].Text, answers[1].Agreeing.Count, answers[1].Disagreeing.Count));
    }

    private static (IReadOnlyList<FoundAnswer> Answers, NoAnswerReason Reason) Ask(string text) => Find(text, Sentences);

    private static (IReadOnlyList<FoundAnswer> Answers, NoAnswerReason Reason) Find(string question, IReadOnlyList<FoundSentence> sentences) =>
        Found.Answers(question, sentences);

    private static IEnumerable<FoundSentence> Told(string title, params (string Heading, string Text)[] sections)
    {
        var story = new Story { Name = $"stories/{title.Length}", Revision = 1, Title = title };
        var plain = "";
        foreach (var (heading, text) in sections)
        {
            var section = new Section { Id = $"s{story.Sections.Count}", Heading = heading, Start = Add(heading), Blocks = { new Block { Text = text } } };
            (section.Blocks[0].Start, section.Blocks[0].End) = (Add(text), plain.Length);
            section.End = plain.Length;
            story.Sections.Add(section);
        }

        story.PlainText = plain;
        var senses = new StorySenses(StoryAnalysis.Of(story).Story);
        return senses.Story.Sentences.Index().Where(pair => !pair.Item.IsHeading).Select(pair => new FoundSentence(senses, pair.Index, 1));

        int Add(string piece)
        {
            plain += plain.Length > 0 && piece.Length > 0 ? "\n\n" : "";
            var start = plain.Length;
            plain += piece;
            return start;
        }
    }
}
