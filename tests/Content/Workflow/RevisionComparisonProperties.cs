using Broadsheet.Content.Stories;
using Broadsheet.Content.Stories.Comparing;
using Broadsheet.Content.Stories.Text;
using Broadsheet.Content.V1;
using CsCheck;

namespace Broadsheet.Content.Tests.Workflow;

public sealed class RevisionComparisonProperties
{
    private static readonly string[] Lines = ["ice floats", "ice sinks", "water", "a b c", "", "雪 is snow", "é̂!", "🧊 on 🌊"];

    private static readonly string[] Headings = ["", "Ice", "Water", "Why?"];

    private static readonly Gen<string> Line = Gen.Int[0, 7].Select(i => Lines[i]);

    private static readonly Gen<Section> Sections = Gen.Select(Gen.Int[0, 3].Select(i => Headings[i]), Line.Array[0, 4], (heading, lines) => Newsroom.Part(heading, lines));

    private static readonly Gen<Story> Stories = Gen.Select(Gen.Int[0, 9].Array[0, 8], Sections.Array[8], Line, (ids, sections, title) =>
    {
        var story = new Story { Title = title };
        foreach (var (id, section) in ids.Distinct().Zip(sections))
        {
            var copy = section.Clone();
            copy.Id = $"s{id}";
            story.Sections.Add(copy);
        }

        return story;
    });

    [Fact]
    public void Applied_to_the_old_side_every_diff_gives_the_new_one() => Gen.Select(Stories, Stories).Sample((from, to) =>
    {
        var diff = RevisionComparison.Of("stories/x", from, to);
        Assert.False(diff.Truncated);
        Assert.Equal(to.Title, diff.Fields.SingleOrDefault(field => field.Field == "title")?.To ?? from.Title);
        var changed = diff.Sections.ToDictionary(section => section.Section, StringComparer.Ordinal);
        Assert.Equal(diff.Sections.Count, changed.Count);
        foreach (var section in to.Sections)
        {
            var before = from.Sections.SingleOrDefault(candidate => candidate.Id == section.Id);
            var lines = before is null ? [] : SectionLines.Of(before);
            Assert.True(before is not null || changed[section.Id].Changes.Contains(SectionChange.Added));
            var hunks = changed.TryGetValue(section.Id, out var found) ? [.. found.Hunks] : Array.Empty<LineHunk>();
            foreach (var hunk in hunks.Reverse())
            {
                var start = hunk.FromLine - (hunk.Removed.Count > 0 ? 1 : 0);
                Assert.Equal(hunk.Removed, lines.GetRange(start, hunk.Removed.Count));
                lines.RemoveRange(start, hunk.Removed.Count);
                lines.InsertRange(start, hunk.Added);
                AssertWords(hunk);
            }

            Assert.Equal(SectionLines.Of(section), lines);
        }

        Assert.Equal(
            from.Sections.Select(section => section.Id).Except(to.Sections.Select(section => section.Id), StringComparer.Ordinal).Order(StringComparer.Ordinal),
            diff.Sections.Where(section => section.Changes.Contains(SectionChange.Removed)).Select(section => section.Section).Order(StringComparer.Ordinal));

        // Without what is said to have moved, the order is the same.
        bool Stayed(Section section) => !changed.TryGetValue(section.Id, out var found) || found.Changes.All(change => change == SectionChange.Changed);
        Assert.Equal(from.Sections.Where(Stayed).Select(section => section.Id), to.Sections.Where(Stayed).Select(section => section.Id));
    });

    [Fact]
    public void Sections_that_are_shuffled_without_ids_keep_them() => Gen.Select(Gen.Int[1, 12], Gen.Int).Sample((count, seed) =>
    {
        var before = Enumerable.Range(0, count).Select(i => Newsroom.Part($"Heading {i}", $"Body of number {i} and no other, so help it {i * i}.")).ToList();
        for (var i = 0; i < count; i++)
        {
            before[i].Id = $"id-{i}";
        }

        var random = new Random(seed);
        var after = before.Select(section => section.Clone()).ToArray();
        random.Shuffle(after);
        var expected = after.Select(section => section.Id).ToList();
        foreach (var section in after)
        {
            section.Id = "";
            // Either half is enough to know it by.
            if (random.Next(2) == 0)
            {
                section.Heading = "";
            }
            else
            {
                section.Blocks.Clear();
            }
        }

        SectionIdentity.Keep(before, after);
        Assert.Equal(expected, after.Select(section => section.Id));
    });

    [Fact]
    public void Identity_never_gives_one_id_twice() => Gen.Select(Stories, Stories, Gen.Int).Sample((before, after, seed) =>
    {
        var random = new Random(seed);
        foreach (var section in after.Sections.Where(_ => random.Next(3) > 0))
        {
            section.Id = "";
        }

        SectionIdentity.Keep(before.Sections, after.Sections);
        var ids = after.Sections.Select(section => section.Id).Where(id => id.Length > 0).ToList();
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
    });

    private static void AssertWords(LineHunk hunk)
    {
        if (hunk.Removed.Count > 0 && hunk.Added.Count > 0)
        {
            Assert.Equal(string.Join('\n', hunk.Removed), string.Concat(hunk.Words.Where(word => word.Change != WordChange.Inserted).Select(word => word.Text)));
            Assert.Equal(string.Join('\n', hunk.Added), string.Concat(hunk.Words.Where(word => word.Change != WordChange.Deleted).Select(word => word.Text)));
        }
    }
}
