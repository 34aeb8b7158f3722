using Broadsheet.Query.Language;

namespace Broadsheet.Query.Tests.Language;

/// <summary>Where sentences end.</summary>
public sealed class SentencesTests
{
    [Theory]
    [InlineData("It sank. They rowed.", "It sank.|They rowed.")]
    [InlineData("Dr. Brandt and Capt. Smith met J. B. Ismay. He left.", "Dr. Brandt and Capt. Smith met J. B. Ismay.|He left.")]
    [InlineData("The U.S. Navy sent two. It was run by the U.S. The rest is known.", "The U.S. Navy sent two.|It was run by the U.S.|The rest is known.")]
    [InlineData("It cost 9.7 million. That was much.", "It cost 9.7 million.|That was much.")]
    [InlineData("At 5 p.m. the bell rang.", "At 5 p.m. the bell rang.")]
    [InlineData("Some tools, e.g. a saw, help. Others don't.", "Some tools, e.g. a saw, help.|Others don't.")]
    [InlineData("\"It is over.\" She left.", "\"It is over.\"|She left.")]
    [InlineData("\"Is it over?\" she asked. Nobody spoke.", "\"Is it over?\" she asked.|Nobody spoke.")]
    [InlineData("He waited... Then he left.", "He waited...|Then he left.")]
    [InlineData("He waited... and left.", "He waited... and left.")]
    [InlineData("It ended the war.The treaty held.", "It ended the war.|The treaty held.")]
    [InlineData("See www.example.com or Main.Run for more.", "See www.example.com or Main.Run for more.")]
    [InlineData("A heading\n\nA sentence follows.", "A heading|A sentence follows.")]
    [InlineData("Why? Because! Really?! Yes.", "Why?|Because!|Really?!|Yes.")]
    [InlineData("It opened in 1949. 1950 was better.", "It opened in 1949.|1950 was better.")]
    [InlineData("It works (see No. 5). It does.", "It works (see No. 5).|It does.")]
    [InlineData("  \n\n  ", "")]
    [InlineData("", "")]
    public void Split_ends_sentences_where_readers_do(string text, string expected) =>
        Assert.Equal(expected.Split('|', StringSplitOptions.RemoveEmptyEntries), Sentences.Split(text).Select(span => text[span.Start..span.End]));
}
