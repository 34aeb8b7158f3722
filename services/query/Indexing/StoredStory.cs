using System.Text;
using Broadsheet.Content.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Lucene.Net.Search;

namespace Broadsheet.Query.Indexing;

/// <summary>What the index keeps of a story to answer with.</summary>
internal sealed record StoredStory
{
    public required string Name { get; init; }

    public required int Revision { get; init; }

    public required string Title { get; init; }

    public required string Dek { get; init; }

    public required string Community { get; init; }

    public required string Creator { get; init; }

    public required Timestamp? PublishTime { get; init; }

    /// <summary>Between which instants it was published, if the source leaves that open; null if <see cref="PublishTime"/> is exact.</summary>
    public PublishTimeUncertainty? PublishTimeUncertainty { get; init; }

    public required string PlainText { get; init; }

    /// <summary>In reading order.</summary>
    public required IReadOnlyList<StoredSection> Sections { get; init; }

    /// <summary>In reading order; headings are among them.</summary>
    public required IReadOnlyList<StoredSentence> Sentences { get; init; }

    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream(PlainText.Length + 1_000);
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8))
        {
            writer.Write(Name);
            writer.Write7BitEncodedInt(Revision);
            writer.Write(Title);
            writer.Write(Dek);
            writer.Write(Community);
            writer.Write(Creator);
            writer.Write(PublishTime is not null);
            if (PublishTime is not null)
            {
                writer.Write(PublishTime.Seconds);
                writer.Write7BitEncodedInt(PublishTime.Nanos);
            }

            writer.Write(PlainText);
            writer.Write7BitEncodedInt(Sections.Count);
            foreach (var section in Sections)
            {
                writer.Write(section.Id);
                writer.Write(section.Heading);
            }

            WriteSentences(writer);
            // Last, because search reads what comes before by itself.
            var uncertainty = PublishTimeUncertainty?.ToByteArray() ?? [];
            writer.Write7BitEncodedInt(uncertainty.Length);
            writer.Write(uncertainty);
        }

        return bytes.ToArray();
    }

    /// <summary>The sentence table alone: rows that are derived from the text.</summary>
    public void WriteSentences(BinaryWriter writer)
    {
        writer.Write7BitEncodedInt(Sentences.Count);
        var position = 0;
        foreach (var sentence in Sentences)
        {
            writer.Write7BitEncodedInt(sentence.Start - position);
            writer.Write7BitEncodedInt(sentence.End - sentence.Start);
            writer.Write7BitEncodedInt(sentence.Section);
            writer.Write(sentence.IsHeading);
            position = sentence.End;
        }
    }

    /// <summary>Reads the story that a document of the index stands for.</summary>
    public static StoredStory Read(IndexSearcher searcher, int document)
    {
        var bytes = StoredBytes.Read(searcher, document);
        using var reader = new BinaryReader(new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false), Encoding.UTF8);
        return new StoredStory
        {
            Name = reader.ReadString(),
            Revision = reader.Read7BitEncodedInt(),
            Title = reader.ReadString(),
            Dek = reader.ReadString(),
            Community = reader.ReadString(),
            Creator = reader.ReadString(),
            PublishTime = reader.ReadBoolean() ? new Timestamp { Seconds = reader.ReadInt64(), Nanos = reader.Read7BitEncodedInt() } : null,
            PlainText = reader.ReadString(),
            Sections = ReadSections(reader),
            Sentences = ReadSentences(reader),
            PublishTimeUncertainty = reader.Read7BitEncodedInt() is > 0 and var length ? PublishTimeUncertainty.Parser.ParseFrom(reader.ReadBytes(length)) : null,
        };
    }

    private static StoredSection[] ReadSections(BinaryReader reader)
    {
        var sections = new StoredSection[reader.Read7BitEncodedInt()];
        for (var i = 0; i < sections.Length; i++)
        {
            sections[i] = new StoredSection(reader.ReadString(), reader.ReadString());
        }

        return sections;
    }

    private static StoredSentence[] ReadSentences(BinaryReader reader)
    {
        var sentences = new StoredSentence[reader.Read7BitEncodedInt()];
        var position = 0;
        for (var i = 0; i < sentences.Length; i++)
        {
            var start = position + reader.Read7BitEncodedInt();
            position = start + reader.Read7BitEncodedInt();
            sentences[i] = new StoredSentence(start, position, reader.Read7BitEncodedInt(), reader.ReadBoolean());
        }

        return sentences;
    }
}

/// <summary>A section: its id and its heading, which is empty for the lead.</summary>
internal readonly record struct StoredSection(string Id, string Heading);

/// <summary>A sentence or a heading.</summary>
/// <param name="Start">First code point in the plain text.</param>
/// <param name="End">One past the last code point.</param>
/// <param name="Section">Number of its section, from 0.</param>
/// <param name="IsHeading">Headings are found and highlighted, but answer nothing.</param>
internal readonly record struct StoredSentence(int Start, int End, int Section, bool IsHeading);
