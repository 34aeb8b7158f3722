using System.Globalization;
using Broadsheet.Content.Stories.Text;
using Broadsheet.Content.V1;

namespace Broadsheet.Content.Stories.Comparing;

/// <summary>What differs between two revisions of a story.</summary>
internal static class RevisionComparison
{
    public static RevisionDiff Of(string name, Story from, Story to)
    {
        var text = new TextComparison();
        var diff = new RevisionDiff { Name = name, From = from.Revision, To = to.Revision };
        AddField("title", from.Title, to.Title);
        AddField("dek", from.Dek, to.Dek);
        AddField("slug", from.Slug, to.Slug);
        AddField("community", from.Community, to.Community);
        AddField("creator", from.Creator, to.Creator);
        AddField("language", from.Language, to.Language);
        AddField("canonical_uri", from.CanonicalUri, to.CanonicalUri);
        AddField("publish_time", Show(from.PublishTime), Show(to.PublishTime));
        AddField("stated_reading_minutes", Show(from.StatedReadingMinutes), Show(to.StatedReadingMinutes));
        AddField("cover", Show(from.Cover), Show(to.Cover));
        AddField("topics", string.Join('\n', from.Topics), string.Join('\n', to.Topics));
        diff.Sections.Add(Sections(from, to, text));
        diff.Truncated = text.IsTruncated;
        return diff;

        void AddField(string field, string old, string young)
        {
            if (old != young)
            {
                diff.Fields.Add(new FieldDiff { Field = field, From = old, To = young, Words = { text.Words(old, young) } });
            }
        }
    }

    private static List<SectionDiff> Sections(Story from, Story to, TextComparison text)
    {
        var old = Positions(from);
        var young = Positions(to);
        var moved = Moved([.. to.Sections.Where(section => old.ContainsKey(section.Id)).Select(section => (section.Id, old[section.Id]))]);
        var diffs = new List<SectionDiff>();
        AddRemovedAfter(-1);
        foreach (var section in to.Sections)
        {
            if (old.TryGetValue(section.Id, out var position))
            {
                AddKept(section, from.Sections[position], position);
                AddRemovedAfter(position);
            }
            else
            {
                diffs.Add(Describe(section, SectionChange.Added, 0, young[section.Id] + 1, [], SectionLines.Of(section)));
            }
        }

        return diffs;

        // What is gone stands behind what it stood behind.
        void AddRemovedAfter(int position)
        {
            for (var i = position + 1; i < from.Sections.Count && !young.ContainsKey(from.Sections[i].Id); i++)
            {
                diffs.Add(Describe(from.Sections[i], SectionChange.Removed, i + 1, 0, SectionLines.Of(from.Sections[i]), []));
            }
        }

        void AddKept(Section section, Section before, int position)
        {
            var (oldLines, newLines) = (SectionLines.Of(before), SectionLines.Of(section));
            var isChanged = section.Heading != before.Heading || !oldLines.SequenceEqual(newLines, StringComparer.Ordinal);
            if (!isChanged && !moved.Contains(section.Id))
            {
                return;
            }

            var diff = new SectionDiff
            {
                Section = section.Id,
                FromPosition = position + 1,
                ToPosition = young[section.Id] + 1,
                FromHeading = before.Heading,
                ToHeading = section.Heading,
            };
            if (moved.Contains(section.Id))
            {
                diff.Changes.Add(SectionChange.Moved);
            }

            if (isChanged)
            {
                diff.Changes.Add(SectionChange.Changed);
                diff.Hunks.Add(text.Lines(oldLines, newLines));
            }

            diffs.Add(diff);
        }

        SectionDiff Describe(Section section, SectionChange change, int fromPosition, int toPosition, List<string> oldLines, List<string> newLines) => new()
        {
            Section = section.Id,
            Changes = { change },
            FromPosition = fromPosition,
            ToPosition = toPosition,
            FromHeading = fromPosition > 0 ? section.Heading : "",
            ToHeading = toPosition > 0 ? section.Heading : "",
            Hunks = { text.Lines(oldLines, newLines) },
        };
    }

    private static Dictionary<string, int> Positions(Story story) =>
        story.Sections.Select((section, position) => (section.Id, position)).ToDictionary(pair => pair.Id, pair => pair.position, StringComparer.Ordinal);

    /// <summary>
    /// The fewest sections that can be said to have moved: those outside the longest run of sections whose order is
    /// the same on both sides (longest increasing subsequence, patience sorting).
    /// </summary>
    private static HashSet<string> Moved(List<(string Id, int Position)> kept)
    {
        var tails = new List<int>();
        var before = new int[kept.Count];
        for (var i = 0; i < kept.Count; i++)
        {
            var (low, high) = (0, tails.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = kept[tails[middle]].Position < kept[i].Position ? (middle + 1, high) : (low, middle);
            }

            before[i] = low > 0 ? tails[low - 1] : -1;
            if (low == tails.Count)
            {
                tails.Add(i);
            }
            else
            {
                tails[low] = i;
            }
        }

        var moved = kept.Select(section => section.Id).ToHashSet(StringComparer.Ordinal);
        for (var i = tails.Count > 0 ? tails[^1] : -1; i >= 0; i = before[i])
        {
            moved.Remove(kept[i].Id);
        }

        return moved;
    }

    private static string Show(Google.Protobuf.WellKnownTypes.Timestamp? time) => time?.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture) ?? "";

    private static string Show(int number) => number == 0 ? "" : number.ToString(CultureInfo.InvariantCulture);

    private static string Show(Media? media) => media is null ? "" : SectionLines.Of(media);
}
