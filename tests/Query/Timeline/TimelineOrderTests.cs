using Broadsheet.Content.V1;
using Broadsheet.Query.Indexing;
using Broadsheet.Query.Timeline;
using Broadsheet.Query.V1;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;

namespace Broadsheet.Query.Tests.Timeline;

/// <summary>Rows depend on what is published, not on how it came.</summary>
public sealed class TimelineOrderTests
{
    private static readonly string[] Sentences =
    [
        "NATO was founded in 1949.", "On 4 April 1949 NATO was established.", "In April 1949 twelve countries founded NATO.", "NATO was created in 1952.", "The Warsaw Pact was formed in 1955.",
        "Estonia joined NATO in 2004.", "In March 2004 Estonia joined NATO.", "Estonia joined NATO on 29 March 2004.", "Estonia did not join NATO in 2004.", "Estonia will join NATO in 2044.",
        "Boris Petrov said that NATO was founded in 1949.", "The war lasted from 1914 to 1918.", "It opened in the 1980s.",
    ];

    [Fact]
    public void Rows_and_digest_are_the_same_in_whatever_order_stories_came() =>
        Gen.Select(Gen.Int[0, Sentences.Length - 1].Array[1, 4].Array[2, 12], Gen.Int[0, 1_000_000], Gen.Int[1, 5]).Sample(
            (stories, seed, batch) =>
            {
                var changes = stories.Select((sentences, i) => new Change
                {
                    Resource = $"stories/s{i}",
                    Version = 10 + i,
                    Story = Stories.Simple($"s{i}", "Title", [.. sentences.Select(sentence => Sentences[sentence])]),
                }).ToArray();
                var gone = new Change { Resource = "stories/s0", Version = 100, Tombstone = new Tombstone() };
                var shuffled = changes.ToArray();
                new Random(seed).Shuffle(shuffled);
                var straight = RowsOf(index => index.Apply([.. changes.Skip(1)], "end"));
                var mixed = RowsOf(index =>
                {
                    foreach (var part in shuffled.Append(gone).Chunk(batch))
                    {
                        index.Apply(part, "some");
                        index.Refresh();
                    }
                });
                Assert.Equal(straight.Digest, mixed.Digest);
                Assert.Equal(straight.Rows, mixed.Rows);
            },
            iter: 25,
            threads: 2);

    private static (string Digest, DatedEvent[] Rows) RowsOf(Action<StoryIndex> fill)
    {
        var folder = QueryFixture.NewFolder();
        try
        {
            using var index = StoryIndex.Open(folder, TimeProvider.System, NullLogger.Instance);
            fill(index);
            index.Refresh();
            using var reading = index.Read();
            var request = new ListDatedEventsRequest { PageSize = 200 };
            request.Modalities.Add(Enum.GetValues<EventModality>().Where(modality => modality != EventModality.Unspecified));
            return (reading.Contents.Summarize().Digest, [.. DatedEventSearch.List(reading, request).Events]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
