using Broadsheet.Content.V1;
using Grpc.Core;
using static Broadsheet.Content.Tests.Workflow.Newsroom;

namespace Broadsheet.Content.Tests.Workflow;

public abstract class WorkflowRevisionTests(StoreKind store)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Diff_tells_what_was_added_removed_moved_and_changed_by_section()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var first = await content.DraftAsync(
            Ada, "Why ice floats", Part("", "Ice is light."), Part("Crystals", "They are roomy.", "They melt at zero degrees."), Part("Lakes", "They freeze from above."), Part("Icebergs", "Nine tenths are hidden."));
        first = await content.EditAsync(Ada, first, story => story.Topics.Add(["physics", "ice"]));
        var second = await content.EditAsync(Ada, first, story =>
        {
            (story.Title, story.Dek) = ("Why does ice float?", "A question of room");
            story.Topics.Add(["physics", "water"]);
            story.Sections.Add([Part("", "Ice is light."), Part("Icebergs", "Nine tenths are hidden."), Part("Crystals", "They are roomy.", "They melt at 0 degrees.", "Salt lowers that."), Part("Steam", "Another story.")]);
        });

        var diff = await content.Stories.DiffRevisionsAsync(new() { Name = first.Name, From = first.Revision, To = second.Revision }, Ada, cancellationToken: Cancel);

        Assert.Equal((first.Name, 2, 3, false), (diff.Name, diff.From, diff.To, diff.Truncated));
        Assert.Equal(["title", "dek", "topics"], diff.Fields.Select(field => field.Field));
        Assert.Equal("Why {+does +}ice [-floats-]{+float?+}", Show(diff.Fields[0].Words));
        Assert.Equal(("physics\nice", "physics\nwater"), (diff.Fields[2].From, diff.Fields[2].To));
        Assert.Equal(
            ["icebergs Moved 4>2", "crystals Changed 2>3", "lakes Removed 3>0", "steam Added 0>4"],
            diff.Sections.Select(section => $"{section.Section} {string.Join('+', section.Changes)} {section.FromPosition}>{section.ToPosition}"));
        var hunk = Assert.Single(diff.Sections[1].Hunks);
        Assert.Equal((2, 2), (hunk.FromLine, hunk.ToLine));
        Assert.Equal(["They melt at zero degrees."], hunk.Removed);
        Assert.Equal(["They melt at 0 degrees.", "Salt lowers that."], hunk.Added);
        Assert.Equal("They melt at [-zero-]{+0+} degrees{+.\nSalt lowers that+}.", Show(hunk.Words));
        Assert.Equal(["They freeze from above."], Assert.Single(diff.Sections[2].Hunks).Removed);
        Assert.Equal(("", "Steam"), (diff.Sections[3].FromHeading, diff.Sections[3].ToHeading));
    }

    [Fact]
    public async Task Diff_compares_with_what_readers_see_unless_told_otherwise()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var story = await content.DraftAsync(Ada);
        async Task<(int From, int To, int Sections)> DiffAsync(int from = 0, int to = 0)
        {
            var diff = await content.Stories.DiffRevisionsAsync(new() { Name = story.Name, From = from, To = to }, Ada, cancellationToken: Cancel);
            return (diff.From, diff.To, diff.Sections.Count);
        }

        Assert.Equal((0, 1, 1), await DiffAsync());
        story = await content.PublishAsync(Ed, story);
        story = await content.EditAsync(Ada, story, changed => changed.Title = "Second");
        story = await content.EditAsync(Ada, story, changed => changed.Title = "Third");
        Assert.Equal((1, 3, 0), await DiffAsync());
        Assert.Equal((2, 3, 0), await DiffAsync(from: 2));
        Assert.Equal((3, 1, 0), await DiffAsync(from: 3, to: 1));
        var (_, fields) = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => DiffAsync(to: 4));
        Assert.Equal(["to"], fields);
        foreach (var caller in new[] { null, Reader, Bob })
        {
            await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => content.Stories.DiffRevisionsAsync(new() { Name = story.Name }, caller, cancellationToken: Cancel).ResponseAsync);
        }
    }

    [Fact]
    public async Task Restored_revision_is_a_new_one_under_the_present_address()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var first = await content.PublishAsync(Ed, await content.DraftAsync(Ada, "First", Part("", "Ice."), Part("Lakes", "Cold.")));
        var second = await content.EditAsync(Ada, first, story =>
        {
            (story.Title, story.Slug, story.Dek) = ("Second", "second", "A dek");
            story.Sections.Add(Part("", "Water."));
        });

        var restore = new RestoreRevisionRequest { Name = $"{first.Name}/revisions/1", Etag = second.Etag, RequestId = Guid.NewGuid().ToString() };
        var restored = await content.Stories.RestoreRevisionAsync(restore, Ada, cancellationToken: Cancel);
        Assert.Equal((3, 1, "First", "second", ""), (restored.Revision, restored.PublishedRevision, restored.Title, restored.Slug, restored.Dek));
        Assert.Equal(first.Sections, restored.Sections);
        Assert.Equal(first.PublishTime, restored.PublishTime);
        Assert.Equal(restored, await content.Stories.RestoreRevisionAsync(restore, Ada, cancellationToken: Cancel));
        Assert.Equal(restored, await content.Stories.RestoreRevisionAsync(new() { Name = restore.Name, Etag = restored.Etag }, Ada, cancellationToken: Cancel));

        await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => content.Stories.RestoreRevisionAsync(new() { Name = $"{first.Name}/revisions/9", Etag = "*" }, Ada, cancellationToken: Cancel).ResponseAsync);
        await RpcAssert.FailsAsync(StatusCode.InvalidArgument, "INVALID_FIELD", () => content.Stories.RestoreRevisionAsync(new() { Name = $"{first.Name}/revisions/x", Etag = "*" }, Ada, cancellationToken: Cancel).ResponseAsync);
        var submitted = await content.SubmitAsync(Ada, restored);
        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, "STATE_INVALID", () => content.Stories.RestoreRevisionAsync(new() { Name = $"{first.Name}/revisions/2", Etag = submitted.Etag }, Ada, cancellationToken: Cancel).ResponseAsync);
    }

    [Fact]
    public async Task Sections_without_ids_keep_them_through_edits_moves_and_new_headings()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        const string Crystals = "In ice every molecule holds four neighbours at arm's length, which leaves more room between them than there is in water.";
        const string Lakes = "A lake freezes from above, and what lives below the ice sits in water of four degrees until spring comes round.";
        const string Pipes = "Pipes burst because water that freezes wants a tenth more room, and the metal around it does not give.";
        var story = await content.DraftAsync(Ada, "Why ice floats", Part("", "Ice is light."), Part("Crystals", Crystals), Part("Lakes", Lakes), Part("Pipes", Pipes), Part("Pipes", "Again: pipes."));
        Assert.Equal(["lead", "crystals", "lakes", "pipes", "pipes-2"], story.Sections.Select(section => section.Id));

        var edited = await content.EditAsync(Ada, story, changed => changed.Sections.Add(
        [
            Part("", "Ice is lighter than what it swims in."),
            Part("In winter", Lakes.Replace("spring comes round", "it is spring", StringComparison.Ordinal)),
            Part("A new part", "Nobody has written this before."),
            Part("CRYSTALS!", "All of this is said in other words now."),
            Part("Pipes", Pipes),
            Part("Pipes", "Again: lead pipes."),
        ]));
        Assert.Equal(["lead", "lakes", "a-new-part", "crystals", "pipes", "pipes-2"], edited.Sections.Select(section => section.Id));

        // Ids that are given are kept whatever stands under them, and are nobody else's.
        var given = edited.Sections.Select(section => section.Clone()).Reverse().ToList();
        given[0].Heading = "Something else";
        given[1].Id = "";
        edited = await content.EditAsync(Ada, edited, changed => changed.Sections.Add(given));
        Assert.Equal(["pipes-2", "pipes", "crystals", "a-new-part", "lakes", "lead"], edited.Sections.Select(section => section.Id));
    }

    [Fact]
    public async Task Imported_again_a_document_keeps_its_sections_by_the_same_rule()
    {
        await using var content = await ContentFixture.StartAsync(store);
        async Task<Story> ImportAsync(string markdown) => (await content.Imports.ImportStoryAsync(
            new() { Document = new() { Content = Google.Protobuf.ByteString.CopyFromUtf8(markdown), MediaType = "text/markdown", SourceUri = "https://example.org/ice" } }, cancellationToken: Cancel)).Story;
        const string Body = "A lake freezes from above, and what lives below the ice sits in water of four degrees until spring comes round.";
        var story = await ImportAsync($"# Ice\n\nIce is light.\n\n## Lakes\n\n{Body}\n\n## Pipes\n\nThey burst.\n");
        var lakes = story.Sections.Single(section => section.Heading == "Lakes").Id;
        var again = await ImportAsync($"# Ice\n\nIce is light.\n\n## Pipes\n\nThey burst.\n\n## What lives below\n\n{Body} Fish do.\n");
        Assert.Equal(lakes, again.Sections.Single(section => section.Heading == "What lives below").Id);
        Assert.Equal((story.Name, 2), (again.Name, again.Revision));
    }

    [Fact]
    public async Task Outline_and_topics_are_computed_once_per_revision()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        var story = await content.DraftAsync(Ada, "Why ice floats", Part("", "Ice is light."), Part("Why is that?", "Room."), Part("“And 🧊 lakes?”", "Cold."), Part("Pipes", "Burst."));
        Assert.Equal(
            [("why-is-that", "Why is that?", true), ("and-lakes", "“And 🧊 lakes?”", true), ("pipes", "Pipes", false)],
            story.Outline.Select(item => (item.Section, item.Heading, item.IsQuestion)));
        Assert.Equal(story.Sections.Skip(1).Select(section => section.Start), story.Outline.Select(item => item.Start));

        story = await content.EditAsync(Ada, story, changed => changed.Topics.Add([" Physics", "ice", "physics ", "ICE", "lakes"]));
        Assert.Equal(["Physics", "ice", "lakes"], story.Topics);
        Assert.Equal(story, await content.EditAsync(Ada, story, changed => changed.Topics.Add(["Physics ", "ice", "Ice", "lakes"])));
        var revision = await content.Stories.GetRevisionAsync(new() { Name = $"{story.Name}/revisions/2" }, Ada, cancellationToken: Cancel);
        Assert.Equal(story.Outline, revision.Story.Outline);
    }

    [Fact]
    public async Task Huge_texts_that_have_nothing_in_common_are_compared_in_bounded_time()
    {
        await using var content = await ContentFixture.StartAsync(store);
        await content.SeedAsync();
        static Section[] Huge(int seed) => [.. Enumerable.Range(0, 20).Select(section => Part(
            $"Section {section}", [.. Enumerable.Range(0, 500).Select(line => string.Join(' ', Enumerable.Range(0, 12).Select(word => $"w{(seed * 7_919) + (section * 104_729) + (line * 31) + word}")))]))];
        var story = await content.DraftAsync(Ada, "Huge", Huge(1));
        story = await content.EditAsync(Ada, story, changed => changed.Sections.Add(Huge(2)));

        var started = System.Diagnostics.Stopwatch.StartNew();
        var diff = await content.Stories.DiffRevisionsAsync(new() { Name = story.Name }, Ada, cancellationToken: Cancel);
        Assert.True(started.Elapsed < TimeSpan.FromSeconds(10), $"{started.Elapsed}");
        Assert.Equal(20, diff.Sections.Count);
        Assert.True(diff.Truncated);
    }

    private static string Show(IEnumerable<WordDiff> words) => string.Concat(words.Select(word => word.Change switch
    {
        WordChange.Deleted => $"[-{word.Text}-]",
        WordChange.Inserted => $"{{+{word.Text}+}}",
        _ => word.Text,
    }));
}

public sealed class WorkflowRevisionOnSqliteTests() : WorkflowRevisionTests(StoreKind.Sqlite);

public sealed class WorkflowRevisionOnPostgresTests() : WorkflowRevisionTests(StoreKind.Postgres);
