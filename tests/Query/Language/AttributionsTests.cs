using Broadsheet.Query.Language;

namespace Broadsheet.Query.Tests.Language;

/// <summary>Who says what, in the forms that texts use.</summary>
public sealed class AttributionsTests
{
    [Theory]
    [InlineData("The mayor said on Tuesday that the bridge was safe.", "The mayor", "said", "says", "the bridge was safe")]
    [InlineData("The mayor said the bridge was safe.", "The mayor", "said", "says", "the bridge was safe")]
    [InlineData("\"The bridge is safe,\" the mayor said.", "the mayor", "said", "says", "\"The bridge is safe,\"")]
    [InlineData("“The bridge is safe,” said Ann Lee, a spokeswoman for the port.", "Ann Lee, a spokeswoman for the port", "said", "says", "“The bridge is safe,”")]
    [InlineData("\"The bridge,\" said Ann Lee, \"is safe.\"", "Ann Lee", "said", "says", "\"The bridge,\" | \"is safe.\"")]
    [InlineData("According to the port office, the bridge is safe.", "the port office", "According to", "says", "the bridge is safe")]
    [InlineData("The bridge is safe, according to Jim Wu, an engineer at the port.", "Jim Wu, an engineer at the port", "according to", "says", "The bridge is safe")]
    [InlineData("The bridge, he said, would last.", "he", "said", "says", "The bridge | would last")]
    [InlineData("Officials warned that the bridge, which is old, could fall.", "Officials", "warned", "warns", "the bridge, which is old, could fall")]
    [InlineData("In a statement on Monday the company said it would appeal.", "the company", "said", "says", "it would appeal")]
    [InlineData("The minister has denied the charges.", "The minister", "has denied", "denies", "the charges")]
    [InlineData("The minister promised to resign.", "The minister", "promised", "promises", "to resign")]
    [InlineData("She urged the council to act.", "She", "urged", "demands", "the council to act")]
    [InlineData("The senator was accused by rivals of hiding a report.", "rivals", "was accused", "accuses", "The senator | of hiding a report")]
    [InlineData("Ford was quoted as saying the deal was dead.", "Ford", "was quoted as saying", "says", "the deal was dead")]
    [InlineData("It is believed that the ship sank.", "", "is believed", "believes", "the ship sank")]
    [InlineData("Rep. Ann Lee (D-Ohio) told reporters the vote was close.", "Rep. Ann Lee (D-Ohio)", "told", "says", "the vote was close")]
    [InlineData("Mr. Cruz pointed out that the measure had failed.", "Mr. Cruz", "pointed out", "says", "the measure had failed")]
    [InlineData("Asked about it, Ford replied: \"No.\"", "Ford", "replied", "says", "\"No.\"")]
    [InlineData("Ann Lee called the plan \"a sham.\"", "Ann Lee", "called", "says", "the plan \"a sham.\"")]
    [InlineData("The senator called on Rome to act.", "The senator", "called on", "demands", "Rome to act")]
    [InlineData("Many members who had backed him say they no longer will.", "Many members who had backed him", "say", "says", "they no longer will")]
    [InlineData("Lee told the \"Morning\" show on Sunday that the vote was close.", "Lee", "told", "says", "the vote was close")]
    [InlineData("The vote, says Mike Wu, a strategist who knows Rome, is lost.", "Mike Wu, a strategist who knows Rome", "says", "says", "The vote | is lost")]
    public void Find_form_gives_source_cue_content_and_stance(string text, string source, string cue, string stance, string contents)
    {
        var found = Assert.Single(Attributions.Find(text));
        Assert.Equal(source, found.Source is { } span ? span.Of(text) : "");
        Assert.Equal((cue, stance), (found.Cue.Of(text), found.Stance));
        Assert.Equal(contents, string.Join(" | ", found.Contents.Select(content => content.Of(text))));
    }

    [Theory]
    [InlineData("The bridge was opened in 1932 and carries four lanes.")]
    [InlineData("I think that the bridge is safe.")]
    [InlineData("The report was long, and the claims office closed.")]
    [InlineData("The mayor declined to comment.")]
    [InlineData("If the court says that it is illegal, the law dies.")]
    [InlineData("He did not say that the bridge was safe.")]
    [InlineData("The mayor wants assurances from the builders that the bridge will be safe.")]
    [InlineData("The city opened the bridge without a promise from the builders that it would last.")]
    [InlineData("Drivers waited for a guarantee from the mayor that the bridge would open.")]
    [InlineData("There was no announcement that the bridge had closed.")]
    [InlineData("The so-called \"fake\" bridge stands.")]
    public void Find_narration_puts_nothing_in_a_mouth(string text) => Assert.Empty(Attributions.Find(text));

    [Theory]
    [InlineData("Jim Wu said it was not true that the port had lied.", "the port had lied")]
    [InlineData("The port said the reports were false.", "the reports were false")]
    public void Find_whoever_says_that_it_is_not_true_denies_it(string text, string content)
    {
        var found = Assert.Single(Attributions.Find(text));
        Assert.Equal(("denies", content), (found.Stance, found.Contents[0].Of(text)));
    }

    [Fact]
    public void Find_two_verbs_share_their_subject_and_part_the_content()
    {
        const string text = "The firm said it would appeal, adding that the verdict was wrong.";
        var found = Attributions.Find(text);
        Assert.Equal(["it would appeal", "the verdict was wrong"], found.Select(one => one.Contents[0].Of(text)));
        Assert.All(found, one => Assert.Equal("The firm", one.Source!.Value.Of(text)));
    }

    [Fact]
    public void Find_quote_that_goes_on_belongs_to_the_same_speaker()
    {
        const string text = "\"We will win,\" Ann Lee told reporters. \"We have no choice.\"";
        var found = Assert.Single(Attributions.Find(text));
        Assert.Equal(["\"We will win,\"", "\"We have no choice.\""], found.Contents.Select(content => content.Of(text)));
        Assert.True(found.IsDirect);
    }

    [Fact]
    public void Find_pronoun_is_the_last_fitting_name_or_stays_open()
    {
        Assert.Equal("ann-lee", Attributions.Find("Ann Lee left Rome on Friday. She said that the vote was close.")[^1].SourceKey);
        Assert.Equal("", Attributions.Find("Rome and Jim Wu met. She said that the vote was close.")[^1].SourceKey);
        Assert.Equal("", Attributions.Find("Yesterday Jim Wu met Tom Ford. He said that the vote was close. They said it was open.")[^1].SourceKey);
    }

    [Fact]
    public void Find_spokesman_is_not_the_one_he_speaks_for()
    {
        var found = Assert.Single(Attributions.Find("A spokesman for NATO said that the talks had failed."));
        Assert.Equal("", found.SourceKey);
        Assert.Equal("jim-wu", Attributions.Find("Italian President Jim Wu said that the talks had failed.")[0].SourceKey);
    }

    [Theory]
    [InlineData("Ann Lee claimed that the port had lied about the fees. The port denied the allegation.", 0)]
    [InlineData("Ann Lee claimed that the port had lied about the fees. It rained on Monday. The port denies this.", 0)]
    [InlineData("Jim Wu said that the fees were low. Ann Lee accused the port of hiding the fees. The port denied hiding the fees.", 1)]
    public void Find_denial_is_linked_to_its_claim(string text, int claim)
    {
        var denial = Attributions.Find(text)[^1];
        Assert.Equal("denies", denial.Stance);
        Assert.Equal([claim], denial.Answers);
    }

    [Fact]
    public void Find_claim_that_a_clause_denies_is_answered() =>
        Assert.Equal([0], Attributions.Find("Officials believe that Rome hid the report, a claim Rome denies.")[^1].Answers);

    [Fact]
    public void Find_denial_without_a_claim_answers_none() =>
        Assert.Empty(Attributions.Find("The harbour was full. The port denied that ships had waited.")[^1].Answers);

    [Fact]
    public void Find_seed_story_gives_the_claims_that_it_tells()
    {
        var text = File.ReadAllText(Directory.GetFiles(SharedData.Require("seed"), "*.txt").Single());
        var found = Attributions.Find(text);
        (string Name, string Stance, string Content)[] expected =
        [
            ("Vladimir Putin", "claims", "using the NATO alliance against Russia"),
            ("United States", "promises", "would not spread"),
            ("Vladimir Putin", "complains", "promise was being broken"),
            ("North Atlantic Treaty Organization", "denies", "the allegations"),
            ("North Atlantic Treaty Organization", "says", "borders"),
            ("", "promises", "a chance to join NATO"),
            ("Volodymyr Zelensky", "acknowledges", "this"),
            ("Joe Biden", "says", "if the US and NATO join"),
            ("Russia", "believes", "if neighboring Ukraine joins NATO"),
        ];
        var positions = expected.Select(claim => found.FindIndex(one => one.SourceName == claim.Name && one.Stance == claim.Stance && one.Contents.Any(content => content.Of(text).Contains(claim.Content, StringComparison.Ordinal)))).ToArray();
        Assert.DoesNotContain(-1, positions);
        Assert.Equal([positions[0], positions[2]], found[positions[3]].Answers);
    }
}
