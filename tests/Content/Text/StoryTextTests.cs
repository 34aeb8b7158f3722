using System.Text;
using Broadsheet.Content.Stories.Text;
using Broadsheet.Content.V1;
using CsCheck;

namespace Broadsheet.Content.Tests.Text;

public sealed class StoryTextTests
{
    [Fact]
    public void Compute_joins_blocks_and_counts_code_points()
    {
        var story = new Story
        {
            Title = "Three words here",
            Cover = new Media { Alt = "unseen", Credit = new MediaCredit { Stated = "Photo by A B on Unsplash" } },
            Sections =
            {
                new Section { Blocks = { new Block { Text = "A 🦊 ran." } } },
                new Section
                {
                    Heading = "Why?",
                    Blocks =
                    {
                        new Block { Media = new Media { Uri = "https://example.org/a.jpg" } },
                        new Block { List = new List { Items = { "one", "two" } } },
                        new Block { Quote = "said" },
                        new Block { Code = "x = 1\ny = 2" },
                    },
                },
            },
        };

        StoryText.Compute(story);

        Assert.Equal("A 🦊 ran.\n\nWhy?\n\none\ntwo\n\nsaid\n\nx = 1\ny = 2", story.PlainText);
        Assert.Equal((0, 8), (story.Sections[0].Start, story.Sections[0].End));
        Assert.Equal((10, story.PlainText.EnumerateRunes().Count()), (story.Sections[1].Start, story.Sections[1].End));
        Assert.Equal((0, 0), (story.Sections[1].Blocks[0].Start, story.Sections[1].Blocks[0].End));
        Assert.Equal(["unseen", ""], story.Media.Select(media => media.Alt));
        Assert.Equal(3 + 2 + 1 + 2 + 1 + 4, story.WordCount);
        Assert.Equal(1, story.ReadingMinutes);
    }

    [Theory]
    [InlineData("don't panic, it's 3.5 or 1,949,000", 6)]
    [InlineData("rock-n-roll e\u0301te\u0301", 4)]
    [InlineData("日本語 テスト text", 5)]
    [InlineData("'quoted' words... and _more_", 4)]
    [InlineData("example.org a.m. 20th", 3)]
    [InlineData("— !? …", 0)]
    [InlineData("\uD800 lone \uDC00", 1)]
    public void Count_follows_word_segments(string text, int words) => Assert.Equal(words, Words.Count(text));

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(238 * 4, 0, 4)]
    [InlineData(969, 2, 4)]
    [InlineData(238 * 4, 3, 5)]
    public void Compute_adds_seconds_for_images(int words, int images, int minutes)
    {
        var section = new Section { Blocks = { new Block { Text = string.Join(' ', Enumerable.Repeat("word", words)) } } };
        section.Blocks.AddRange(Enumerable.Range(0, images).Select(_ => new Block { Media = new Media { Alt = "x" } }));
        var story = new Story { Sections = { section } };

        StoryText.Compute(story);

        Assert.Equal(minutes, story.ReadingMinutes);
    }

    [Fact]
    public void Compute_gives_offsets_that_cut_the_text()
    {
        var genText = Gen.OneOf(Gen.String, Gen.String["ab 🦊é\n\uD800"]);
        var genBlock = Gen.OneOf(
            genText.Select(text => new Block { Text = text }),
            genText.Select(text => new Block { Quote = text }),
            genText.Select(text => new Block { Code = text }),
            genText.Array[1, 3].Select(items => new Block { List = new List { Items = { items } } }),
            genText.Select(text => new Block { Media = new Media { Alt = text } }));
        var genSection = Gen.Select(genText, genBlock.Array[0, 4])
            .Select((heading, blocks) => new Section { Heading = heading, Blocks = { blocks } });

        genSection.Array[0, 5].Sample(sections =>
        {
            var story = new Story { Title = "T", Sections = { sections } };
            StoryText.Compute(story);
            var runes = story.PlainText.EnumerateRunes().ToArray();
            var reached = 0;
            foreach (var section in story.Sections)
            {
                Assert.InRange(section.Start, reached, section.End);
                Assert.StartsWith(Clean(section.Heading), Cut(runes, section.Start, section.End));
                foreach (var block in section.Blocks)
                {
                    var expected = block.ContentCase switch
                    {
                        Block.ContentOneofCase.Media => "",
                        Block.ContentOneofCase.List => string.Join('\n', block.List.Items),
                        Block.ContentOneofCase.Quote => block.Quote,
                        Block.ContentOneofCase.Code => block.Code,
                        _ => block.Text,
                    };
                    Assert.Equal(Clean(expected), Cut(runes, block.Start, block.End));
                }

                reached = section.End;
            }

            var before = story.Clone();
            StoryText.Compute(story);
            Assert.Equal(before, story);
        });
    }

    private static string Cut(Rune[] runes, int start, int end) => string.Concat(runes[start..end]);

    // EnumerateRunes shows a lone surrogate as U+FFFD.
    private static string Clean(string text) => string.Concat(text.EnumerateRunes());
}
