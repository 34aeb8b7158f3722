using System.Security.Cryptography;
using System.Text;
using Broadsheet.Content.V1;
using Broadsheet.Query.Claims;
using Broadsheet.Query.Language;
using Broadsheet.Query.Timeline;
using Broadsheet.Query.V1;
using Google.Protobuf;

namespace Broadsheet.Query.Indexing;

/// <summary>What is derived from a story: its sentences and its dated events. The same story always gives the same.</summary>
internal sealed record StoryAnalysis(StoredStory Story, IReadOnlyList<DatedEvent> Events, StoryKnowledge Knowledge)
{
    /// <summary>Analyses a story as the feed has it.</summary>
    /// <exception cref="InvalidDataException">The story contradicts its contract: its offsets don't fit its text.</exception>
    public static StoryAnalysis Of(Story story)
    {
        var text = new CodePoints(story.PlainText);
        var sentences = new List<StoredSentence>();
        for (var section = 0; section < story.Sections.Count; section++)
        {
            AddSentences(story.Sections[section], section, text, sentences);
        }

        var stored = new StoredStory
        {
            Name = story.Name,
            Revision = story.Revision,
            Title = story.Title,
            Dek = story.Dek,
            Community = story.Community,
            Creator = story.Creator,
            PublishTime = story.PublishTime,
            PlainText = story.PlainText,
            Sections = [.. story.Sections.Select(section => new StoredSection(section.Id, section.Heading))],
            Sentences = sentences,
        };
        var analysis = TextAnalysis.Of(story.PlainText, story.PublishTime is { } time ? DateOnly.FromDateTime(time.ToDateTime()) : null);
        return new StoryAnalysis(stored, StoryEvents.Of(stored, text), StoryKnowledge.Of(story, stored, text, analysis));
    }

    /// <summary>SHA-256 over all that was derived: sentences with their offsets and texts, and dated events.</summary>
    public byte[] Digest()
    {
        using var bytes = new MemoryStream(Story.PlainText.Length + 1_000);
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Story.PlainText);
            foreach (var section in Story.Sections)
            {
                writer.Write(section.Id);
            }

            Story.WriteSentences(writer);
            foreach (var dated in Events)
            {
                var row = dated.ToByteArray();
                writer.Write7BitEncodedInt(row.Length);
                writer.Write(row);
            }

            Knowledge.WriteTo(writer);
        }

        return SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private static void AddSentences(Section section, int number, CodePoints text, List<StoredSentence> sentences)
    {
        if (section.Heading.Length > 0)
        {
            var length = new CodePoints(section.Heading).Length;
            Add(section.Start, section.Start + length, isHeading: true);
        }

        foreach (var block in section.Blocks)
        {
            if (block.ContentCase is Block.ContentOneofCase.Media or Block.ContentOneofCase.None)
            {
                continue;
            }

            Check(block.Start, block.End);
            var (start, end) = (text.ToUtf16(block.Start), text.ToUtf16(block.End));
            foreach (var (from, to) in Sentences.Split(text.Text.AsSpan(start, end - start)))
            {
                Add(text.FromUtf16(start + from), text.FromUtf16(start + to), isHeading: false);
            }
        }

        void Add(int start, int end, bool isHeading)
        {
            Check(start, end);
            sentences.Add(new StoredSentence(start, end, number, isHeading));
        }

        void Check(int start, int end)
        {
            if (start < (sentences.Count > 0 ? sentences[^1].End : 0) || end < start || end > text.Length)
            {
                throw new InvalidDataException($"section {section.Id}: {start}..{end} does not fit the plain text of {text.Length} code points");
            }
        }
    }
}
