using Broadsheet.Query.Language;

namespace Broadsheet.Query.Tests.Language;

/// <summary>Names, their kinds and the keys by which they meet.</summary>
public sealed class EntitiesTests
{
    [Theory]
    [InlineData("Yesterday President Ann Lee flew to Paris.", "Ann Lee/PER Paris/LOC")]
    [InlineData("The Bank of England raised rates.", "Bank of England/ORG")]
    [InlineData("Italian President Jim Wu met the United Nations.", "Italian/MISC Jim Wu/PER United Nations/ORG")]
    [InlineData("She read \"The Old Man\" in Springfield, Illinois.", "The Old Man/MISC Springfield/LOC Illinois/LOC")]
    [InlineData("When did Bryan Kibble die?", "Bryan Kibble/PER")]
    [InlineData("Apple CEO Steve Jobs met White House Press Secretary Sean Spicer.", "Apple/ORG Steve Jobs/PER White House/ORG Sean Spicer/PER")]
    [InlineData("What Is The Reason For The Enmity With NATO?", "NATO/ORG")]
    [InlineData("Many people came. Officials said nothing.", "")]
    public void Find_gives_names_with_kinds(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', Entities.Find(text).Select(entity => $"{entity.Text}/{entity.Type}")));

    [Fact]
    public void Find_names_of_one_entity_have_one_key()
    {
        var keys = Entities.Find("The Harbour Safety Board (HSB) met. Later the HSB heard Dr. Ann Lee. Lee left, and so did Jim Wu.").Select(entity => entity.Key);
        Assert.Equal(["harbour-safety-board", "harbour-safety-board", "harbour-safety-board", "ann-lee", "ann-lee", "jim-wu"], keys);
    }

    [Fact]
    public void Find_two_people_of_one_surname_keep_it_open() =>
        Assert.Equal("lee", Entities.Find("Then Ann Lee met Tom Lee in Rome, and Lee left.")[^1].Key);

    [Theory]
    [InlineData("nato", "North Atlantic Treaty Organization")]
    [InlineData("U.S.", "the United States")]
    [InlineData("new york", "New York")]
    [InlineData("President Zoë Müller", "zoe muller")]
    [InlineData("Britain's", "United Kingdom")]
    public void Of_spellings_of_one_name_agree(string one, string other) => Assert.Equal(EntityKeys.Of(one), EntityKeys.Of(other));

    [Fact]
    public void Find_in_any_case_finds_well_known_names_in_lower_case() =>
        Assert.Equal(["nato", "new york"], Entities.FindAnyCase("when did nato meet in new york?").Select(entity => entity.Text));
}
