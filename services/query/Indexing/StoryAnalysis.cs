using System.Security.Cryptography;
using System.Text;
using Broadsheet.Content.V1;
using Broadsheet.Query.Claims;
using Broadsheet.Query.Language;
using Broadsheet.Query.Timeline;
using Broadsheet.Query.V1;
using Google.Protobuf;

namespace Broadsheet.Query.Indexing;

/// <summary>What is derived from a story. It is analysed once, here; whatever is indexed of it comes from this. The same story always gives the same.</summary>
/// <param name="Story">What the index keeps of it, with its sentences.</param>
/// <param name="Text">Its plain text. What stands in <see cref="Language"/> counts in UTF-16; <see cref="CodePoints.FromUtf16"/> makes offsets of it.</param>
/// <param name="Language">
/// All that is understood of its plain text: names, times, who says what, figures. Its sentences are, one to one, those
/// of <see cref="StoredStory.Sentences"/>, headings among them. Times are counted from the days of publishing.
/// </param>
/// <param name="Events">Its dated events, in reading order.</param>
/// <param name="Signatures">What each of the events is compared with others by.</param>
/// <param name="Knowledge">Its claims, figures and entities.</param>
internal sealed record StoryAnalysis(
    StoredStory Story, CodePoints Text, TextAnalysis Language, IReadOnlyList<DatedEvent> Events, IReadOnlyList<EventSignature> Signatures, StoryKnowledge Knowledge)
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
            PublishTimeUncertainty = story.PublishTimeUncertainty,
            PlainText = story.PlainText,
            Sections = [.. story.Sections.Select(section => new StoredSection(section.Id, section.Heading))],
            Sentences = sentences,
        };
        var days = PublishDays.Of(story.PublishTime, story.PublishTimeUncertainty);
        var language = TextAnalysis.Of(
            text.Text, [.. sentences.Select(sentence => new Language.TextSpan(text.ToUtf16(sentence.Start), text.ToUtf16(sentence.End)))], days.Earliest, days.Latest);
        var events = StoryEvents.Of(stored, text, language, days);
        return new StoryAnalysis(
            stored, text, language, [.. events.Select(told => told.Dated)], [.. events.Select(told => told.Signature)], StoryKnowledge.Of(stored, text, language));
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

            foreach (var signature in Signatures)
            {
                writer.Write(signature.Key);
                writer.Write(signature.IsOnce);
                writer.Write(signature.Quality);
                writer.Write(string.Join('\n', signature.Names));
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
